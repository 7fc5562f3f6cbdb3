"""The labels of the three forms in print order, as the law has them; the writer's own copy.

A row is (numbering, words, remark, codes or code); a group has no code. The parser keeps its labels elsewhere, so
that a slip in one list shows against the other.
"""

from dataclasses import dataclass

EDITIONS = ("2014", "2019", "2021")
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "social_welfare_organisation",
    "legal_service_organisation",
    "other_organisation",
    "total",
)
APPLICANT_HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
REMEDY_HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
REMEDIES = (
    ("行政复议", "review"),
    ("未经复议直接起诉", "litigation.direct"),
    ("复议后起诉", "litigation.after_review"),
)
REMEDY_PARTS = ("upheld", "corrected", "other", "pending", "total")
BALANCE_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True)
class Row:
    """``mark`` is the number as printed, ``remark`` what stands in brackets, ``code`` None for a group."""

    mark: str
    words: str
    code: str | None = None
    unit: str = ""
    remark: str = ""


STATISTICS = (
    Row("一、", "主动公开情况"),
    Row("（一）", "主动公开政府信息数", "disclosure.total", "条", "（不同渠道和方式公开相同信息计1条）"),
    Row("其中：", "主动公开规范性文件数", "normative_documents.published", "条"),
    Row("", "制发规范性文件总数", "normative_documents.issued", "件"),
    Row("（二）", "通过不同渠道和方式公开政府信息的情况"),
    Row("1.", "政府公报公开政府信息数", "disclosure.channel.gazette", "条"),
    Row("2.", "政府网站公开政府信息数", "disclosure.channel.website", "条"),
    Row("3.", "政务微博公开政府信息数", "disclosure.channel.weibo", "条"),
    Row("4.", "政务微信公开政府信息数", "disclosure.channel.wechat", "条"),
    Row("5.", "其他方式公开政府信息数", "disclosure.channel.other", "条"),
    Row("二、", "回应解读情况"),
    Row(
        "（一）",
        "回应公众关注热点或重大舆情数",
        "response.hot_topics",
        "次",
        "（不同方式回应同一热点或舆情计1次）",
    ),
    Row("（二）", "通过不同渠道和方式回应解读的情况"),
    Row("1.", "参加或举办新闻发布会总次数", "response.press_conferences", "次"),
    Row("其中：", "主要负责同志参加新闻发布会次数", "response.press_conferences_by_leaders", "次"),
    Row("2.", "政府网站在线访谈次数", "response.online_interviews", "次"),
    Row("其中：", "主要负责同志参加政府网站在线访谈次数", "response.online_interviews_by_leaders", "次"),
    Row("3.", "政策解读稿件发布数", "response.policy_interpretations", "篇"),
    Row("4.", "微博微信回应事件数", "response.weibo_wechat", "次"),
    Row("5.", "其他方式回应事件数", "response.other", "次"),
    Row("三、", "依申请公开情况"),
    Row("（一）", "收到申请数", "requests.received", "件"),
    Row("1.", "当面申请数", "requests.received.in_person", "件"),
    Row("2.", "传真申请数", "requests.received.fax", "件"),
    Row("3.", "网络申请数", "requests.received.online", "件"),
    Row("4.", "信函申请数", "requests.received.letter", "件"),
    Row("（二）", "申请办结数", "requests.closed", "件"),
    Row("1.", "按时办结数", "requests.closed.on_time", "件"),
    Row("2.", "延期办结数", "requests.closed.extended", "件"),
    Row("（三）", "申请答复数", "replies.total", "件"),
    Row("1.", "属于已主动公开范围数", "replies.already_public", "件"),
    Row("2.", "同意公开答复数", "outcomes.granted", "件"),
    Row("3.", "同意部分公开答复数", "outcomes.partially_granted", "件"),
    Row("4.", "不同意公开答复数", "outcomes.denied", "件"),
    Row("其中：", "涉及国家秘密", "outcomes.denied.state_secret", "件"),
    Row("", "涉及商业秘密", "outcomes.denied.trade_secret", "件"),
    Row("", "涉及个人隐私", "outcomes.denied.privacy", "件"),
    Row("", "危及国家安全、公共安全、经济安全和社会稳定", "outcomes.denied.security", "件"),
    Row("", "不是《条例》所指政府信息", "outcomes.denied.not_government_information", "件"),
    Row("", "法律法规规定的其他情形", "outcomes.denied.other_legal", "件"),
    Row("5.", "不属于本行政机关公开数", "replies.not_this_agency", "件"),
    Row("6.", "申请信息不存在数", "replies.nonexistent", "件"),
    Row("7.", "告知作出更改补充数", "replies.asked_to_amend", "件"),
    Row("8.", "告知通过其他途径办理数", "replies.referred_elsewhere", "件"),
    Row("四、", "行政复议数量", "review.total", "件"),
    Row("（一）", "维持具体行政行为数", "review.upheld", "件"),
    Row("（二）", "被依法纠错数", "review.corrected", "件"),
    Row("（三）", "其他情形数", "review.other", "件"),
    Row("五、", "行政诉讼数量", "litigation.total", "件"),
    Row("（一）", "维持具体行政行为或者驳回原告诉讼请求数", "litigation.upheld", "件"),
    Row("（二）", "被依法纠错数", "litigation.corrected", "件"),
    Row("（三）", "其他情形数", "litigation.other", "件"),
    Row("六、", "举报投诉数量", "complaints.total", "件"),
    Row("七、", "依申请公开信息收取的费用", "requests.fees", "万元"),
    Row("八、", "机构建设和保障经费情况"),
    Row("（一）", "政府信息公开工作专门机构数", "capacity.offices", "个"),
    Row("（二）", "设置政府信息公开查阅点数", "capacity.reading_points", "个"),
    Row("（三）", "从事政府信息公开工作人员数", "capacity.staff", "人"),
    Row("1.", "专职人员数", "capacity.staff.full_time", "人", "（不包括政府公报及政府网站工作人员数）"),
    Row("2.", "兼职人员数", "capacity.staff.part_time", "人"),
    Row(
        "（四）",
        "政府信息公开专项经费",
        "capacity.budget",
        "万元",
        "（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
    ),
    Row("九、", "政府信息公开会议和培训情况"),
    Row("（一）", "召开政府信息公开工作会议或专题会议数", "meetings.total", "次"),
    Row("（二）", "举办各类培训班数", "training.sessions", "次"),
    Row("（三）", "接受培训人员数", "training.attendees", "人次"),
)


@dataclass(frozen=True)
class SmallTable:
    """One table of part two: its article, heads, and rows as (label, codes)."""

    article: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


_FILES = "normative_documents"
SMALL_TABLES: dict[str, tuple[SmallTable, ...]] = {
    "2019": (
        SmallTable(
            "一",
            ("本年新制作数量", "本年新公开数量", "对外公开总数量"),
            (
                ("规章", ("regulations.made", "regulations.newly_published", "regulations.total_published")),
                ("规范性文件", (f"{_FILES}.made", f"{_FILES}.newly_published", f"{_FILES}.total_published")),
            ),
        ),
        SmallTable(
            "五",
            ("上一年项目数量", "本年增/减", "处理决定数量"),
            (
                ("行政许可", ("licensing.items_previous_year", "licensing.items_change", "licensing.decisions")),
                (
                    "其他对外管理服务事项",
                    ("other_services.items_previous_year", "other_services.items_change", "other_services.decisions"),
                ),
            ),
        ),
        SmallTable(
            "六",
            ("上一年项目数量", "本年增/减", "处理决定数量"),
            (
                ("行政处罚", ("penalties.items_previous_year", "penalties.items_change", "penalties.decisions")),
                ("行政强制", ("coercion.items_previous_year", "coercion.items_change", "coercion.decisions")),
            ),
        ),
        SmallTable(
            "八",
            ("上一年项目数量", "本年增/减"),
            (("行政事业性收费", ("fees.items_previous_year", "fees.items_change")),),
        ),
        SmallTable(
            "九",
            ("采购项目数量", "采购总金额"),
            (("政府集中采购", ("procurement.projects", "procurement.amount")),),
        ),
    ),
    "2021": (
        SmallTable(
            "一",
            ("本年制发件数", "本年废止件数", "现行有效件数"),
            (
                ("规章", ("regulations.issued", "regulations.repealed", "regulations.in_force")),
                ("行政规范性文件", (f"{_FILES}.issued", f"{_FILES}.repealed", f"{_FILES}.in_force")),
            ),
        ),
        SmallTable("五", ("本年处理决定数量",), (("行政许可", ("licensing.decisions",)),)),
        SmallTable(
            "六",
            ("本年处理决定数量",),
            (("行政处罚", ("penalties.decisions",)), ("行政强制", ("coercion.decisions",))),
        ),
        SmallTable("八", ("本年收费金额（单位：万元）",), (("行政事业性收费", ("fees.amount",)),)),
    ),
}


@dataclass(frozen=True)
class MatrixRow:
    """A row of the requests matrix: its part (三、…), group (（三）…) and own label; ``code`` always there."""

    part: str | None
    group: str | None
    row: Row


_RESULTS = "三、本年度办理结果"


def _group(group: str, *rows: tuple[str, str, str]) -> tuple[MatrixRow, ...]:
    return tuple(MatrixRow(_RESULTS, group, Row(mark, words, f"outcomes.{code}", "件")) for mark, words, code in rows)


_MATRIX_START = (
    MatrixRow(None, None, Row("一、", "本年新收政府信息公开申请数量", "requests.received", "件")),
    MatrixRow(None, None, Row("二、", "上年结转政府信息公开申请数量", "requests.carried_in", "件")),
    MatrixRow(_RESULTS, None, Row("（一）", "予以公开", "outcomes.granted", "件")),
    MatrixRow(
        _RESULTS,
        None,
        Row(
            "（二）",
            "部分公开",
            "outcomes.partially_granted",
            "件",
            "（区分处理的，只计这一情形，不计其他情形）",
        ),
    ),
    *_group(
        "（三）不予公开",
        ("1.", "属于国家秘密", "denied.state_secret"),
        ("2.", "其他法律行政法规禁止公开", "denied.prohibited_by_law"),
        ("3.", "危及“三安全一稳定”", "denied.security"),
        ("4.", "保护第三方合法权益", "denied.third_party"),
        ("5.", "属于三类内部事务信息", "denied.internal_affairs"),
        ("6.", "属于四类过程性信息", "denied.deliberative"),
        ("7.", "属于行政执法案卷", "denied.enforcement_file"),
        ("8.", "属于行政查询事项", "denied.administrative_query"),
    ),
    *_group(
        "（四）无法提供",
        ("1.", "本机关不掌握相关政府信息", "unavailable.not_held"),
        ("2.", "没有现成信息需要另行制作", "unavailable.needs_creation"),
        ("3.", "补正后申请内容仍不明确", "unavailable.unclear"),
    ),
    *_group(
        "（五）不予处理",
        ("1.", "信访举报投诉类申请", "not_processed.petition"),
        ("2.", "重复申请", "not_processed.repeated"),
        ("3.", "要求提供公开出版物", "not_processed.publication"),
        ("4.", "无正当理由大量反复申请", "not_processed.excessive"),
        ("5.", "要求行政机关确认或重新出具已获取信息", "not_processed.reconfirmation"),
    ),
)
_MATRIX_OTHER = {
    "2019": (MatrixRow(_RESULTS, None, Row("（六）", "其他处理", "outcomes.other", "件")),),
    "2021": _group(
        "（六）其他处理",
        ("1.", "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "other.not_amended"),
        ("2.", "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "other.fee_unpaid"),
        ("3.", "其他", "other.misc"),
    ),
}
_MATRIX_END = (
    MatrixRow(_RESULTS, None, Row("（七）", "总计", "outcomes.total", "件")),
    MatrixRow(None, None, Row("四、", "结转下年度继续办理", "requests.carried_out", "件")),
)
MATRIX = {edition: (*_MATRIX_START, *_MATRIX_OTHER[edition], *_MATRIX_END) for edition in ("2019", "2021")}
