"""Comma-separated rows, as spreadsheets save them: `一、本年新收…申请数量,,,12,0,0,0,0,1,13`.

In: a plain text. Out: the text of the same length in which the commas between the cells of such rows are tabs, the
quotation marks around cells blanks, and so the line ends within quoted cells, which tabbed rows have as well. Commas of
sentences and within quoted cells stay. It does not say what a row is.
"""

import re

# Seven figures of one row, or a row of the statistics: label, unit, figure.
_ROW_RE = re.compile(
    r""",(?=["\d,.+/—条件次篇个人万-])(?:(?:"?[-+—/]{0,3}[\d.]{0,12}"?,){5}"""
    r"""|"?(?:条|件|次|篇|个|人|人次|万元)"?,"?[\d.]*"?(?=\r?$))""",
    re.MULTILINE,
)
_LEAST_ROWS = 3
# So many commas stand between the cells of a matrix, or of the statistics.
_LEAST_COMMAS = 100
# A row ends in a figure or in none, or its cells are quoted; a sentence does not.
_LAST_FIELD_RE = re.compile(r"""[-+—/\d０-９. "增加减少万亿元件条项个]*|无|不适用""")
_CELL_RE = re.compile('"[^"\n]*"|,')
# A cell of several lines, quoted because of them: "（二）通过不同渠道⏎和方式公开政府信息的情况"⇥——.
_WRAPPED = r'(?:[^"\n。]|""){0,120}\n(?:[^"。]|""){0,240}"'
_WRAPPED_RE = re.compile(rf'"(?:(?<=^")|(?<=[\t,]")){_WRAPPED}(?=[\t,])|"(?<=[\t,]"){_WRAPPED}(?=\r?$)', re.MULTILINE)


def part_cells(text: str) -> str:
    """The text with tabs between the cells of comma-separated rows, and each quoted cell on one line."""
    if '"' in text:
        text = _WRAPPED_RE.sub(_unwrap, text)
    if text.count(",") < _LEAST_COMMAS or len(_ROW_RE.findall(text)) < _LEAST_ROWS:
        return text
    lines = text.split("\n")
    first = 0
    while first < len(lines):
        last = first
        while last < len(lines) and _may_be_row(lines[last]):
            last += 1
        if any(map(_is_row, lines[first:last])):
            lines[first:last] = [_CELL_RE.sub(_part, line) for line in lines[first:last]]
        first = last + 1
    return "\n".join(lines)


def _may_be_row(line: str) -> bool:
    return "," in line and "。" not in line


def _is_row(line: str) -> bool:
    return '","' in line or _LAST_FIELD_RE.fullmatch(line.rstrip().rpartition(",")[2]) is not None


def _unwrap(match: re.Match[str]) -> str:
    return match.group().replace("\n", " ")


def _part(match: re.Match[str]) -> str:
    found = match.group()
    return "\t" if found == "," else f" {found[1:-1]} "
