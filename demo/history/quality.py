"""How well each town of the demo works: what lists, charts and scores are to show. All of it is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quality:
    """Shares in per cent; ``pace`` multiplies the working time that steps take."""

    coverage: int  # planned visits that are made
    reporting: int  # problems that a visitor reports, against the usual 100
    on_time: int  # cases closed within their deadline
    rework: int  # feedback returned at least once
    relapse: int  # look-backs that fail
    pace: int


TOWNS: dict[str, Quality] = {
    "410173400": Quality(coverage=97, reporting=118, on_time=97, rework=4, relapse=1, pace=70),  # 新港街道
    "410173580": Quality(coverage=95, reporting=112, on_time=95, rework=6, relapse=2, pace=78),  # 滨河街道
    "410173401": Quality(coverage=92, reporting=108, on_time=92, rework=8, relapse=3, pace=85),  # 郑港街道
    "410173204": Quality(coverage=89, reporting=100, on_time=88, rework=10, relapse=4, pace=95),  # 岗李乡
    "410173404": Quality(coverage=85, reporting=96, on_time=84, rework=13, relapse=5, pace=105),  # 银河街道
    "410173581": Quality(coverage=80, reporting=90, on_time=79, rework=16, relapse=7, pace=115),  # 冯堂街道
    "410173205": Quality(coverage=73, reporting=82, on_time=72, rework=20, relapse=9, pace=130),  # 大马乡
    "410173405": Quality(coverage=64, reporting=74, on_time=64, rework=25, relapse=12, pace=150),  # 明港街道
}
