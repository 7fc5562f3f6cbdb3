"""Writes docs/codebook.md: `make codebook`.

In: the published codebook. Out: one Markdown page with every code, its definition and source, and the crosswalk of the
forms. It adds nothing of its own but headings.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from service.reference.codebook import Codebook, CodebookEntry, Series, load_codebook
from service.reference.data import load_data

TARGET = Path(__file__).resolve().parent.parent / "docs" / "codebook.md"
HEAD = """# Codebook 指标手册

Made by `make codebook` from `service/reference/`; the same as data: `GET /v1/indicators` (JSON, or CSV with
`Accept: text/csv`). `GET /v1/forms/{form}` draws each form.

由 `make codebook` 生成；同样的内容可用 `GET /v1/indicators` 取得（JSON 或 CSV），
各格式的行列见 `GET /v1/forms/{form}`。
"""
SERIES_HEAD = """
## Series across the forms 跨格式序列
For each form the codes whose values are added; of codes with applicants take `applicant` = `total`. `same`: one
concept, counted alike. `close`: one concept, with the difference that the note tells. `broken`: the nearest row, and no
series runs over this point. `—`: no counterpart. A code that stands in one form alone is left out here unless it has a
note.

各格式中应相加的指标；分申请人的取 `total` 列。`same` 口径相同；`close` 口径相近，差别见说明；
`broken` 仅为最接近的行，序列在此中断；`—` 没有对应。只见于一种格式、又无须说明的指标不在此表。

| series | 2014 | 2019 | 2021 | 2014→2019 | 2019→2021 | 说明 note |
| --- | --- | --- | --- | --- | --- | --- |
"""
CODES_HEAD = """
## Codes 指标
"""
TOPICS = {
    "disclosure": "Active disclosure 主动公开",
    "normative_documents": "Normative documents 规范性文件",
    "regulations": "Rules 规章",
    "licensing": "Licensing 行政许可",
    "other_services": "Other public services 其他对外管理服务事项",
    "penalties": "Penalties 行政处罚",
    "coercion": "Coercive measures 行政强制",
    "fees": "Administrative fees 行政事业性收费",
    "procurement": "Procurement 政府集中采购",
    "response": "Response and interpretation 回应解读",
    "requests": "Requests 依申请公开",
    "replies": "Replies 答复（2014年）",
    "outcomes": "Outcomes 办理结果",
    "processing_fees": "Processing fees 信息处理费",
    "review": "Administrative review 行政复议",
    "litigation": "Administrative litigation 行政诉讼",
    "complaints": "Complaints 举报投诉",
    "capacity": "Capacity 机构建设和保障经费",
    "meetings": "Meetings 会议",
    "training": "Training 培训",
    "proposals": "Proposals 建议提案",
}


LAWS = load_data().laws.values()


def write_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def write_codes(codes: Iterable[str]) -> str:
    return " + ".join(f"`{code}`" for code in codes) or "—"


def write_forms(codebook: Codebook) -> Iterator[str]:
    yield "\n## Forms 格式\n\n| form | 年度 fiscal years | 文件 document |\n| --- | --- | --- |\n"
    for form in codebook.forms:
        years = f"{form.first_year}–{form.last_year or ''}"
        yield write_row((form.form, years, f"《{form.title}》，{form.document}（{form.number}）"))


def write_laws() -> Iterator[str]:
    yield "\n## Laws 法规\n\n| 简称 short | 全称 full |\n| --- | --- |\n"
    yield from (write_row((law["short"], law["full"])) for law in LAWS)


def shorten(basis: str) -> str:
    for law in LAWS:
        basis = basis.replace(law["full"], law["short"])
    return basis


def write_series(series: Series, forms: Iterable[str]) -> str:
    codes = {member.form: member.codes for member in series.members}
    fits = ("—" if join.fit == "none" else join.fit for join in series.joins)
    note = f"{series.note_zh}<br>{series.note_en}" if series.note_zh else ""
    return write_row((f"`{series.series}`", *(write_codes(codes.get(form, ())) for form in forms), *fits, note))


def write_entry(entry: CodebookEntry) -> str:
    """One code: names and unit in the head line, then what it means and where it stands."""
    whole = f"，属于 part of `{entry.parent}`" if entry.parent else ""
    applicants = "，分申请人 by applicant" if entry.by_applicant else ""
    lines = [
        f"\n#### `{entry.code}`",
        f"**{entry.label_zh}** {entry.label_en}（{entry.unit}{applicants}{whole}）\n",
        f"{entry.definition_zh} {entry.definition_en}\n",
        *(f"- {place.form}：{' › '.join(place.labels)}" for place in entry.places if place.labels),
        *(["- 见于正文 told in prose"] if not any(place.labels for place in entry.places) else []),
        *([f"- 依据 basis：{'；'.join(map(shorten, entry.basis))}"] if entry.basis else []),
    ]
    return "\n".join(lines) + "\n"


def write_page(codebook: Codebook) -> str:
    forms = [form.form for form in codebook.forms]
    known = [series for series in codebook.series if len(series.members) > 1 or series.note_zh]
    pieces = [HEAD, *write_forms(codebook), *write_laws()]
    pieces += [SERIES_HEAD, *(write_series(series, forms) for series in known), CODES_HEAD]
    for topic, title in TOPICS.items():
        pieces.append(f"\n### {title}\n")
        pieces += [write_entry(entry) for entry in codebook.indicators if entry.code.partition(".")[0] == topic]
    return "".join(pieces)


if __name__ == "__main__":
    TARGET.write_text(write_page(load_codebook()), "utf-8")
    print(f"docs/{TARGET.name} written", file=sys.stderr)
