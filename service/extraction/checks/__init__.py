"""The arithmetic that a report should satisfy, one pure function for each rule.

In: `Evidence`, all that the parse has found. Out: checks in a fixed order: by rule, within a rule by codebook and
column, or by place in the prose. A fault of the document is a value here, never an exception.
"""

from collections.abc import Callable, Iterator

from service.extraction.checks.agreements import check_agreements
from service.extraction.checks.breakdowns import check_breakdowns
from service.extraction.checks.evidence import Evidence
from service.extraction.checks.identities import check_applicants, check_at_most, check_balances, check_sums
from service.extraction.checks.ledger import Ledger
from service.extraction.checks.shares import check_shares
from service.extraction.report import Check

__all__ = ["CHECKS", "Evidence", "find_checks", "summarise"]

CHECKS: dict[str, Callable[[Ledger], Iterator[Check]]] = {
    "sum": check_sums,
    "applicants": check_applicants,
    "balance": check_balances,
    "at_most": check_at_most,
    "agreement": check_agreements,
    "share": check_shares,
    "breakdown": check_breakdowns,
}


def find_checks(evidence: Evidence) -> tuple[Check, ...]:
    """Every check that the report's figures allow."""
    ledger = Ledger(evidence)
    return tuple([check for find in CHECKS.values() for check in find(ledger)])


def summarise(checks: tuple[Check, ...]) -> dict[str, dict[str, int]]:
    """How many checks of each rule passed, failed or stayed unknown; every rule is named."""
    summary = {rule: {"pass": 0, "fail": 0, "unknown": 0} for rule in CHECKS}
    for check in checks:
        summary[check.rule][check.status] += 1
    return summary
