"""Whatever is opened, moved and closed on whatever days, the lineage tells each day as it was."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.errors import Invalid
from grids import actions
from grids.check import damages
from grids.models import Grid, Lineage, open_on
from ledgers.actions import Actor
from tests import factories
from tests.factories import OPENED

BY = Actor(user_id=None, name="系统")

# days that pass before, what is done, to which grid, under which other
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["move", "open", "close"]), st.integers(0, 30), st.integers(0, 30)
    ),
    min_size=1,
    max_size=12,
)


def truth() -> set[tuple[int, int]]:
    """Who is above whom now, by the parent links alone."""
    parents = dict(Grid.objects.filter(closed_on__isnull=True).values_list("pk", "parent_id"))
    pairs = set()
    for pk in parents:
        above: int | None = pk
        while above is not None:
            pairs.add((above, pk))
            above = parents[above]
    return pairs


def perform(step: str, pk: int, other: int, number: int, day: date) -> None:
    if step == "move":
        actions.move_grid(pk, parent_id=other, by=BY, on=day)
    elif step == "open":
        actions.open_grid(code=f"n{number}", name="新", parent_id=pk, by=BY, on=day)
    else:
        actions.close_grid(pk, by=BY, on=day)


class RandomChanges(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def test_every_day_can_be_told_afterwards(self, steps: list[tuple[int, str, int, int]]) -> None:
        places = factories.grid_tree()
        day = OPENED
        history = {day: truth()}
        done = 0
        for number, (days, step, a, b) in enumerate(steps):
            day += timedelta(days=days)
            keys = list(Grid.objects.order_by("pk").values_list("pk", flat=True))
            pk, other = keys[a % len(keys)], keys[b % len(keys)]
            try:
                perform(step, pk, other, number, day)
            except Invalid:
                continue
            done += 1
            history[day] = truth()
        found = [str(damage) for damage in damages()]
        assert found == [], (done, found)
        known = sorted(history)
        for told in known:
            pairs = set(Lineage.objects.filter(open_on(told)).values_list("ancestor_id", "descendant_id"))
            assert pairs == history[told], (told, places.district.pk)
