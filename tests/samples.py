"""Short reports in our own words, for tests of what surrounds the reading core."""

REPORT = """青石县2024年政府信息公开工作年度报告

一、总体情况
2024年，青石县主动公开政府信息1286条，较上年增长12.5%。全年收到政府信息公开申请37件，上年结转2件。

二、存在的主要问题及改进情况
（一）存在的主要问题。一是部分信息更新不够及时；二是解读形式较为单一。
（二）改进情况。下一步将加强业务培训，丰富解读形式。

青石县人民政府办公室
2025年1月17日
"""


def make_text(name: str) -> str:
    """A report of its own for a test that needs a text that nothing has posted before."""
    return f"{name}{REPORT}"
