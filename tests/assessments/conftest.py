from decimal import Decimal

import pytest

from assessments import defaults
from assessments.models import Item, Scheme


@pytest.fixture
def scheme(db) -> Scheme:
    """The default scheme, in use."""
    return defaults.install()


@pytest.fixture
def small_scheme(db) -> Scheme:
    """Three items worth 100 points with round edges, for arithmetic by hand."""
    made = Scheme.objects.create(code="small", name="试行办法", **{
        key: defaults.SCHEME[key] for key in ("bands", "annual_weights")
    })  # fmt: skip
    rows = [("closing", 40, 50, 90, 2), ("rework", 20, 40, 0, 1), ("inspection_coverage", 40, 0, 100, 1)]
    for order, (indicator, points, floor, target, smallest) in enumerate(rows, 1):
        Item.objects.create(
            scheme=made, order=order, section="工作", section_en="Work", name=indicator, name_en=indicator,
            indicator=indicator, points=Decimal(points), floor=Decimal(floor), target=Decimal(target),
            smallest_denominator=smallest,
        )  # fmt: skip
    return made
