"""The document: every fact that a text states about itself, and null for what it does not state."""

import tomllib
from pathlib import Path

import pytest

from service.extraction import dates
from service.extraction.document.document import read_document
from service.extraction.document.regions import find_region
from service.extraction.layer import Layer
from service.extraction.markup import Mark
from service.extraction.outline import find_headings
from service.extraction.prose_text import read_prose
from service.extraction.report import Document, Period
from service.extraction.source import Source, read_source
from service.extraction.tables.forms import TableReading

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("document.toml").read_text("utf-8"))["case"]


def read(text: str) -> Document:
    source = read_source(text)
    prose = read_prose(source, ())
    return read_document(source, prose, find_headings(source, prose), TableReading(None, (), (), ()))


def find_facts(document: Document) -> dict[str, object]:
    facts = {name: getattr(document, name) for name in ("title", "kind", "year", "issuer", "compiler", "published_on")}
    facts |= {name: getattr(document.period, name) for name in ("start", "end")}
    facts |= {name: getattr(document.contacts, name) for name in document.contacts.__slots__}
    region = document.region
    facts["region"], facts["code"] = (region.name, region.code) if region else (None, None)
    facts["path"] = "/".join(region.path) if region and region.path else None
    return facts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_facts(case):
    want = {name: None if value == "-" else value for name, value in case.items() if name not in ("id", "text")}
    facts = find_facts(read(case["text"]))
    assert {name: facts[name] for name in want} == want


def test_page_tells_title_date_and_body():
    text = "首页\n一、总体情况\n公开信息312条。\n"
    meta = [
        ("ArticleTitle", "2019年政府信息公开工作年度报告"),
        ("PubDate", "2020-01-20 09:30"),
        ("ContentSource", "青石县审计局"),
    ]
    marks = [Mark("meta", 0, 0, name, value) for name, value in meta]
    source = Source(text, Layer(text), (), tuple(marks))
    prose = read_prose(source, ())
    document = read_document(source, prose, find_headings(source, prose), TableReading(None, (), (), ()))
    assert (document.title, document.published_on, document.issuer) == (
        "2019年政府信息公开工作年度报告",
        "2020-01-20",
        "青石县审计局",
    )


def test_title_of_a_page_without_its_site():
    text = "青石县2019年政府信息公开工作年度报告_青石县人民政府门户网站\n一、总体情况\n公开信息312条。\n"
    source = Source(text, Layer(text), (), (Mark("title", 0, text.index("\n")),))
    prose = read_prose(source, ())
    document = read_document(source, prose, find_headings(source, prose), TableReading(None, (), (), ()))
    assert document.title == "青石县2019年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2018年3月9日", "2018-03-09"),
        ("二〇一八年三月九日", "2018-03-09"),
        ("二○一九年十二月三十一日", "2019-12-31"),
        ("二零二零年十月二十日", "2020-10-20"),
        ("2018-03-09", "2018-03-09"),
        ("2018/3/9 10:20:30", "2018-03-09"),
        ("[2018.3.9]", "2018-03-09"),
        ("2019年3月", "2019-03"),
        ("2019年2月30日", None),
        ("2019年13月1日", None),
        ("一八年", None),
    ],
)
def test_dates(text, want):
    assert dates.find_date(text) == want


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("自2018年1月1日起，至2018年12月31日止", "2018-01-01", "2018-12-31"),
        ("从2018年1月1日到12月31日", "2018-01-01", "2018-12-31"),
        ("2018年1月1日—2018年12月31日", "2018-01-01", "2018-12-31"),
        ("2018.1.1-2018.12.31", "2018-01-01", "2018-12-31"),
        ("自1月1日起至2018年12月31日止", "2018-01-01", "2018-12-31"),
        ("2008年5月1日至同年12月31日", "2008-05-01", "2008-12-31"),
        ("二〇一〇年一月一日至十二月三十一日", "2010-01-01", "2010-12-31"),
        ("2019年1月至2020年2月", "2019-01-01", "2020-02-29"),
        ("2019年1-12月", "2019-01-01", "2019-12-31"),
        ("数据起自2020年1月1日，止于2020年12月31日", "2020-01-01", "2020-12-31"),
        ("数据从2022年1月1日统计到2022年12月31日", "2022-01-01", "2022-12-31"),
        ("从2023年1月1日算起，到2023年12月31日为止", "2023-01-01", "2023-12-31"),
        ("自2013年1月1日起12月31日止", "2013-01-01", "2013-12-31"),
        ("201181日至 12月31期间", "2011-08-01", "2011-12-31"),
        ("2023 11日至2023 12 31日", "2023-01-01", "2023-12-31"),
        ("2023 1 1日起至12 31日止", "2023-01-01", "2023-12-31"),
    ],
)
def test_periods(text, start, end):
    assert dates.find_period(text.replace("，", ",")) == Period(start, end)


def test_a_date_alone_is_no_period():
    assert dates.find_period("自2019年5月15日起施行") is None
    assert dates.find_period("2023 13 31日至2023 12 31日") is None


@pytest.mark.parametrize(
    ("bodies", "context", "year", "want"),
    [
        (("鞍山市铁东区人民政府",), "", 2017, ("铁东区", "辽宁省/鞍山市/铁东区", "210302")),
        (("铁东区人民政府",), "", 2017, ("铁东区", None, None)),
        (("铁东区人民政府",), "四平市政府", 2017, ("铁东区", "吉林省/四平市/铁东区", "220303")),
        (("寿县人民政府",), "", 2013, ("寿县", "安徽省/六安市/寿县", "341521")),
        (("寿县人民政府",), "", 2020, ("寿县", "安徽省/淮南市/寿县", "340422")),
        (("崇文区人民政府",), "", 2009, ("崇文区", "北京市/崇文区", "110103")),
        (("内蒙古库伦旗财政局",), "", 2020, ("库伦旗", "内蒙古自治区/通辽市/库伦旗", "150524")),
        (("国家税务总局铁岭市税务局",), "", 2020, ("铁岭市", "辽宁省/铁岭市", "211200")),
        (("荆门市城市管理局",), "", 2013, ("荆门市", "湖北省/荆门市", "420800")),
        (("旗城市管理局",), "在库伦旗政府网站公开", 2020, ("库伦旗", "内蒙古自治区/通辽市/库伦旗", "150524")),
        (("省林业厅",), "通过青海省人民政府网公开", 2014, ("青海省", "青海省", "630000")),
        (("仙桃市",), "", 2013, ("仙桃市", "湖北省/仙桃市", "429004")),
        (
            ("侯家塘街道办事处", "长沙市雨花区人民政府侯家塘街道办事处"),
            "",
            2019,
            ("侯家塘街道", "湖南省/长沙市/雨花区/侯家塘街道", None),
        ),
        (("青石县乡村振兴局", "青石县人民政府"), "", 2022, ("青石县", None, None)),
        (("新县镇人民政府",), "", 2012, ("新县镇", None, None)),
        (("新县镇北乡人民政府",), "", 2012, ("镇北乡", "河南省/信阳市/新县/镇北乡", None)),
    ],
)
def test_regions(bodies, context, year, want):
    region = find_region(bodies, context, year)
    assert region is not None
    assert (region.name, region.path and "/".join(region.path), region.code) == want


@pytest.mark.parametrize("body", ["国家粮食局", "中国地质大学", ""])
def test_no_region(body):
    assert find_region([body] if body else [], "", 2019) is None
