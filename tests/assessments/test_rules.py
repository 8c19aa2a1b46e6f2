from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import rules
from assessments.defaults import ITEMS, SCHEME

D = Decimal
BANDS = SCHEME["bands"]
percent = st.decimals(min_value=0, max_value=100, places=2)


def test_a_half_year_begins_and_ends_at_midnight_in_shanghai():
    half = rules.period("2026H1")
    assert half.start == datetime(2025, 12, 31, 16, tzinfo=ZoneInfo("UTC"))
    assert half.end == datetime(2026, 6, 30, 16, tzinfo=ZoneInfo("UTC"))
    assert half.end == rules.period("2026H2").start
    assert rules.period("2026").start == half.start
    assert rules.period("2026").end == rules.period("2026H2").end == rules.period("2027H1").start


@pytest.mark.parametrize(
    "code", ["", "2026H3", "26H1", "2026h1", "2026H1 ", "1999", "20260", "2026H1\n", "２０２６H1"]
)
def test_what_is_no_period_is_refused(code):
    with pytest.raises(ValueError, match=r"^") as refused:
        rules.period(code)
    assert refused.value.args == (code,)


def test_the_period_before():
    assert [rules.period(code).before for code in ("2026H1", "2026H2", "2026")] == [
        "2025H2",
        "2026H1",
        "2025",
    ]


def test_cutoff_is_the_end_or_earlier():
    half = rules.period("2026H2")
    today = date(2026, 11, 24)
    assert rules.cutoff(half, asked=None, today=today) == datetime(2026, 11, 24, tzinfo=rules.ZONE)
    assert rules.cutoff(half, asked=None, today=date(2027, 5, 1)) == half.end
    early = datetime(2026, 9, 1, tzinfo=rules.ZONE)
    assert rules.cutoff(half, asked=early, today=today) == early


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(2, 3, "66.67"), (1, 3, "33.33"), (1, 800, "0.13"), (3, 800, "0.38"), (0, 5, "0.00"), (5, 5, "100.00")],
)
def test_rates_round_half_up(numerator, denominator, shown):
    assert rules.rate(numerator, denominator) == D(shown)


def test_too_few_are_not_applicable():
    assert rules.rate(0, 0) is None
    assert rules.rate(4, 4, smallest=5) is None
    assert rules.rate(5, 5, smallest=5) == D(100)


def test_points_are_proportional_between_floor_and_target():
    span = {"floor": D(60), "target": D(98), "full": D(20)}
    # (85.50 − 60) ÷ (98 − 60) × 20 = 25.5 ÷ 38 × 20 = 13.421… → 13.42
    assert rules.points(D("85.50"), **span) == D("13.42")
    assert rules.points(D("60"), **span) == 0
    assert rules.points(D("12"), **span) == 0
    assert rules.points(D("98"), **span) == rules.points(D("100"), **span) == 20
    assert rules.points(None, **span) is None


def test_lower_is_better_where_the_target_lies_below_the_floor():
    span = {"floor": D(30), "target": D(3), "full": D(15)}
    # (12 − 30) ÷ (3 − 30) × 15 = 18 ÷ 27 × 15 = 10
    assert rules.points(D(12), **span) == 10
    assert rules.points(D(0), **span) == 15
    assert rules.points(D(31), **span) == 0


def test_points_that_do_not_apply_are_spread_over_the_others():
    # 30 of 40 applicable points: 75, whatever the third item was worth
    assert rules.score([(D(10), D(20)), (D(20), D(20)), (None, D(60))]) == 75
    assert rules.score([(None, D(60))]) is None
    assert rules.score([]) is None


def test_the_year_weighs_its_halves():
    weights = {"H1": "40", "H2": "60"}
    # 80 × 0.4 + 90.55 × 0.6 = 32 + 54.33 = 86.33
    assert rules.annual({"H1": D(80), "H2": D("90.55")}, weights) == D("86.33")


def test_a_missing_half_passes_its_weight_to_the_other():
    weights = {"H1": "40", "H2": "60"}
    assert rules.annual({"H1": D(80), "H2": None}, weights) == 80
    assert rules.annual({"H2": D(70)}, weights) == 70
    assert rules.annual({}, weights) is None


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.99", "good"),
        ("60", "pass"),
        ("59.99", "fail"),
        ("0", "fail"),
    ],
)
def test_grades_begin_at_their_edge(score, grade):
    assert rules.grade(D(score), BANDS) == grade
    assert rules.grade(D(score), list(reversed(BANDS))) == grade


def test_no_score_has_no_grade():
    assert rules.grade(None, BANDS) == ""


def test_ties_share_a_rank_and_the_next_is_skipped():
    scores = {"a": D(90), "b": D(80), "c": D(90), "d": None, "e": D(70)}
    assert rules.ranks(scores) == {"a": 1, "c": 1, "b": 3, "e": 4, "d": None}


def test_the_default_scheme_is_worth_a_hundred_points():
    assert sum(D(row.points) for row in ITEMS) == 100
    assert len(ITEMS) >= 5
    assert sum(D(weight) for weight in SCHEME["annual_weights"].values()) == 100


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert rules.digest({"a": 1, "b": "考核"}) == rules.digest({"b": "考核", "a": 1})
    assert rules.digest({"a": 1}) != rules.digest({"a": 2})


@given(value=percent, floor=percent, target=percent, full=st.integers(1, 100))
def test_points_never_leave_their_bounds(value, floor, target, full):
    if floor != target:
        earned = rules.points(value, floor=floor, target=target, full=D(full))
        assert earned is not None
        assert 0 <= earned <= full


@given(a=percent, b=percent, floor=percent, target=percent)
def test_a_better_rate_never_earns_less(a, b, floor, target):
    if floor == target:
        return
    worse, better = sorted((a, b), reverse=target < floor)
    span = {"floor": floor, "target": target, "full": D(20)}
    lower, higher = rules.points(worse, **span), rules.points(better, **span)
    assert lower is not None
    assert higher is not None
    assert lower <= higher


@given(st.lists(st.tuples(percent, st.booleans()), max_size=8))
def test_a_score_lies_between_0_and_100(parts):
    value = rules.score([(None if skip else earned, D(100)) for earned, skip in parts])
    assert value is None or 0 <= value <= 100


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.none() | percent, max_size=12))
def test_a_higher_score_never_ranks_lower(scores):
    ranks = rules.ranks(scores)
    for one, score in scores.items():
        better = sum(
            1 for other in scores.values() if other is not None and score is not None and other > score
        )
        assert ranks[one] == (None if score is None else better + 1)
