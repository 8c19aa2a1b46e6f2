"""The scheme a new installation starts with; an office replaces it by a version of its own."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from assessments.models import Item, Scheme

SCHEME: dict[str, Any] = {
    "code": "half-year",
    "version": 1,
    "name": "环境监管网格化考核办法",
    "name_en": "Assessment of environmental supervision by grid",
    "bands": [
        {"from": "90", "code": "excellent", "name": "优秀", "name_en": "Excellent"},
        {"from": "80", "code": "good", "name": "良好", "name_en": "Good"},
        {"from": "60", "code": "pass", "name": "合格", "name_en": "Pass"},
        {"from": "0", "code": "fail", "name": "不合格", "name_en": "Fail"},
    ],
    "annual_weights": {"H1": "40", "H2": "60"},
}


class Row(NamedTuple):
    """One item: ``floor`` and ``target`` are rates in per cent."""

    section: str
    section_en: str
    name: str
    name_en: str
    indicator: str
    points: str
    floor: str
    target: str
    smallest: int


_FIND = ("问题发现", "Finding problems")
_SOLVE = ("问题处置", "Solving problems")
_LAST = ("整改质量", "Quality of rectification")

# Points add up to 100. Rework is better the lower it is: its target lies below its floor.
ITEMS: tuple[Row, ...] = (
    Row(*_FIND, "巡查覆盖率", "Inspection coverage", "inspection_coverage", "25", "50", "98", 1),
    Row(*_FIND, "立案率", "Filing rate", "filing", "10", "60", "95", 5),
    Row(*_SOLVE, "结案率", "Closing rate", "closing", "20", "60", "98", 5),
    Row(*_SOLVE, "按期结案率", "On-time closing rate", "on_time_closing", "20", "50", "95", 5),
    Row(*_LAST, "返工率", "Rework rate", "rework", "15", "30", "3", 5),
    Row(*_LAST, "回头看合格率", "Look-back pass rate", "look_back_pass", "10", "70", "98", 3),
)


@transaction.atomic
def install() -> Scheme:
    """The default scheme, made if absent; nothing changes where it is there already."""
    scheme, made = Scheme.objects.get_or_create(
        code=SCHEME["code"], version=SCHEME["version"], defaults=SCHEME
    )
    if made:
        Item.objects.bulk_create(
            Item(
                scheme=scheme,
                order=number,
                section=row.section,
                section_en=row.section_en,
                name=row.name,
                name_en=row.name_en,
                indicator=row.indicator,
                points=Decimal(row.points),
                floor=Decimal(row.floor),
                target=Decimal(row.target),
                smallest_denominator=row.smallest,
            )
            for number, row in enumerate(ITEMS, 1)
        )
    return scheme
