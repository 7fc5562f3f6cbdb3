"""The view of a text: what means nothing is gone from it, and every place leads back to the text as submitted."""

import pytest

from service.extraction.source import read_source


def test_sounds_written_behind_characters_are_dropped() -> None:
    raw = "辦(bàn)結(jié)申請(qǐng)12件,答復(fù)數(shù)量屬實(shí)。"
    source = read_source(raw)
    assert source.text == "办结申请12件,答复数量属实。"
    at = source.text.index("12件")
    assert raw[slice(*source.span(at, at + 3))] == "12件"


def test_question_marks_for_lost_blanks_are_dropped() -> None:
    raw = "网站发布信息共?1250条?,公众号发布信息?310篇?。接受咨询?5次?。"
    source = read_source(raw)
    assert source.text == "网站发布信息共1250条,公众号发布信息310篇。接受咨询5次。"
    at = source.text.index("310篇")
    assert raw[slice(*source.span(at, at + 4))] == "310篇"


def test_each_noise_is_told_apart() -> None:
    lost = "螅(yuán)镇网站发布信息?1250条?,公众号发布信息?310篇?。"
    assert read_source(lost).text == "螅(yuán)镇网站发布信息1250条,公众号发布信息310篇。"
    both = "學(xue)校(xiao)主(zhu)動(dong)公(gong)開(kai)信(xin)息(xi)?312條?,網(wang)站(zhan)?98條?。" * 3
    assert read_source(both).text == "学校主动公开信息312条,网站98条。" * 3


def test_a_few_question_marks_are_questions() -> None:
    assert read_source("如何申请?2023年共有几条?12条?").text == "如何申请?2023年共有几条?12条?"


@pytest.mark.parametrize(
    "text",
    [
        "螅(yuán)镇政府公开信息12条。",
        "网站(www)、微博(weibo)、微信(wechat)、客户端(app)、公报(paper)公开信息12条。",
    ],
)
def test_remarks_stay(text: str) -> None:
    assert read_source(text).text == text


def test_sounds_without_tones_are_dropped_where_they_are_many() -> None:
    raw = "學(xue)校(xiao)(xiao)主(zhu)動(dong)公(gong)開(kai)信(xin)息(xi)312條(tiao)。" * 3
    assert read_source(raw).text.startswith("学校主动公开信息312条。学校")
    assert read_source("信息(xi)312条").text == "信息(xi)312条"


def test_little_pictures_are_dropped() -> None:
    assert read_source("一👴🏻、工作概述🦶。公开♏️信息384条🤠。★重点").text == "一、工作概述。公开信息384条。★重点"
    assert "84" not in read_source("第8🔥4条").text
