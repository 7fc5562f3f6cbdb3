"""Contacts: address, postcode, phone, fax, email, website, in any order and punctuation.

In: a prose and its passages that tell how to reach its authors. Out: `Contacts`; what is not told is None.
"""

import re
from collections.abc import Sequence

from service.extraction.prose_text import Prose
from service.extraction.report import Contacts, Span

_LABEL = (
    r"(?:(?:联系|通[信讯]|办公|单位|邮寄|详细)?地址|邮政?编码?|邮政编号|(?:联系|咨询|办公|值班|监督|办公室)?电话|电话号码|联系方式|联系人"
    r"|传真|(?:电子)?(?:邮箱|信箱|邮件)|[Ee]-?mail|网[址站])"
)
_IS = r"(?:号码|电话|地址)?\s*[:为是;]?,?\s*"

# Somebody typed the dots of a name in Chinese: www。qingshi。gov。cn
_DOT = "[.。]"
# Where colons were lost a number and the label stand before it: 0551-63600000E-mailxxgk@….
_EMAIL_RE = re.compile(rf"(?:[\d-]{{0,16}}[Ee]-?mail)?([\w.+-]{{1,64}}@(?:[\w-]+{_DOT})+[A-Za-z]{{2,}})", re.ASCII)
_WEBSITE_RE = re.compile(
    rf"(?<![\w@./])(?<![A-Za-z0-9-]。)(?:https?://(?:[\w./?=&%#:~+!$@-]|。(?=(?:gov|com|org|net|edu|cn)(?![a-z])))+|(?:[A-Za-z0-9-]{{1,63}}+{_DOT})+(?:gov|com|org|net|edu|cn)(?:[/.:][\w./?=&%#:~+-]*)?)",
    re.ASCII,
)
_NUMBER = (
    r"(?:(?:\(0\d{2,3}\)|0\d{2,3}\)?)\s?[-—–]{0,2}\s?)?\d{7,8}(?:\s?[-转*×]\s?\d{1,5})?(?!\d)"
    r"|400[-\s]?\d{3,4}[-\s]?\d{3,4}|1\d{10}(?!\d)|12345(?!\d)"
)
_PHONE_RE = re.compile(
    rf"(?:电话(?:[及和与、/]传真)?|联系方式|联系:?[一-龥]{{0,16}},?|热线|致电|拨打|Tel)(?:\([^()]*\))?{_IS}(?:\((?!0\d{{2,3}}\)))?({_NUMBER})"
)
# 联系方式:…路9号,0539-2250000; what a fax has stands behind its label.
_BARE_PHONE_RE = re.compile(r"(?<![\d-])(?<!传真)(?<!传真:)(?<!号码:)(0\d{2,3}[-—–]\d{7,8})(?!\d)")
_FAX_RE = re.compile(rf"传真\)?{_IS}({_NUMBER})")
_POSTCODE_RE = re.compile(rf"邮(?:政)?编(?:码|号)?{_IS}(\d{{6}})(?!\d)")
# 府前路12号(273300),电话…, 府前路12号,273300。; only the place behind an address tells what the six digits are.
_UNNAMED_POSTCODE_RE = re.compile(r"\d号[^,;。()\n:\d]{0,20}(?:\((\d{6})\)|,(?:0\d{2,3}-\d{7,8},)?(\d{6})(?=[,;。)]))")
# 联系地址:…路9号(政府大院),邮编…; the address ends at punctuation outside brackets or at the next label.
_WORDS = rf"((?:(?!{_LABEL})[^,;。()\n:]|\((?!{_LABEL})[^()\n]*\)){{4,60}})"
_ADDRESS_RE = re.compile(rf"(?<!下载)(?<!网站)(?<!电子)(?<!邮箱)(?:地址|地点){_IS}(?:位于)?{_WORDS}")
# 或写信至鲁南市府前路12号，邮编…; a verb names the address.
_WRITE_TO_RE = re.compile(rf"(?:写信|来信|致信|信函|寄送|邮寄|寄信)(?:请)?(?:寄?[至到往]|寄:){_WORDS}")
# 联系方式:东湖市青山区江滨大道8号,邮政编码…, 请与区公开办联系:…; no label names the address.
_UNNAMED_ADDRESS_RE = re.compile(
    r"(?:(?:联系(?:方式|单位)?|联系[^,;。()\n:]{2,20}|来[电函信人访]):|(?:联系|公室|机构|[局处科股办])\((?=[^()]{4,60},))(?:[^,;。()\n:]{2,30}[,;])?([^,;。()\n:\d@]{2,30}\d{1,5}号[^,;。()\n:]{0,20})(?=[,;。()])"
)
_TRAILING = ".,;)、"


def _first(prose: Prose, passages: Sequence[Span], *patterns: re.Pattern[str]) -> Span | None:
    """Where the first passage tells it."""
    for start, end in passages:
        for pattern in patterns:
            if match := pattern.search(prose.text, start, end):
                return match.span(match.lastindex or 0)
    return None


def find_contacts(prose: Prose, passages: Sequence[Span]) -> Contacts:
    """The first of each kind that the passages of a prose tell."""

    def read(*patterns: re.Pattern[str]) -> str | None:
        span = _first(prose, passages, *patterns)
        return prose.text[span[0] : span[1]].replace("。", ".").replace("\n", "") if span else None

    address = _first(prose, passages, _ADDRESS_RE, _UNNAMED_ADDRESS_RE, _WRITE_TO_RE)
    website = read(_WEBSITE_RE)
    return Contacts(
        address=prose.printed(*address) if address else None,
        postcode=read(_POSTCODE_RE, _UNNAMED_POSTCODE_RE),
        phone=read(_PHONE_RE, _BARE_PHONE_RE),
        fax=read(_FAX_RE),
        email=read(_EMAIL_RE),
        website=website.rstrip(_TRAILING) if website else None,
    )
