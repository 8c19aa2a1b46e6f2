"""Whatever a target asks for, what is applied is sound, tells each day as it was, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from grids import actions
from grids.check import damages
from grids.models import Grid, Lineage, PlanState, open_on
from grids.restructuring.target import Edit
from tests import factories
from tests.grids.restructuring import build

# what is done, to which grid of those there are, and to or under which other
EDITS = st.lists(
    st.tuples(st.sampled_from(["move", "open", "merge"]), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=8,
)


def chosen(steps: list[tuple[str, int, int]], number: int) -> list[Edit]:
    """The edits that a tree of this shape allows, one after another."""
    grids = {
        code: (level, parent)
        for code, level, parent in Grid.objects.filter(closed_on__isnull=True, level__lt=5)
        .order_by("pk")
        .values_list("code", "level", "parent__code")
    }
    edits: list[Edit] = []
    for n, (act, a, b) in enumerate(steps):
        code = sorted(grids)[a % len(grids)]
        level, _parent = grids[code]
        others = sorted(other for other, (high, _up) in grids.items() if high == level - 1)
        siblings = sorted(other for other, (same, _up) in grids.items() if same == level and other != code)
        if act == "open" and level < 4:
            new = f"n{number}-{n}"
            edits.append(Edit(act="open", code=new, name="新", to=code))
            grids[new] = (level + 1, code)
        elif act == "move" and others:
            to = others[b % len(others)]
            edits.append(Edit(act="move", code=code, to=to))
            grids[code] = (level, to)
        elif act == "merge" and siblings and not code.startswith("n"):
            to = siblings[b % len(siblings)]
            edits.append(Edit(act="merge", code=code, to=to))
            del grids[code]
            for other, (high, parent) in list(grids.items()):
                if parent == code:
                    grids[other] = (high, to)
    return edits


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


class RandomTargets(TestCase):
    applied = 0

    @classmethod
    def tearDownClass(cls) -> None:
        assert cls.applied >= 5, "hardly a plan was applied: the edits chosen ask for too little"
        super().tearDownClass()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(EDITS, min_size=1, max_size=3))
    def test_applied_and_taken_back(self, plans: list[list[tuple[str, int, int]]]) -> None:
        places = factories.grid_tree()
        district = build.district(places, factories.make_cast(places))
        history = {}
        applied = None
        for number, steps in enumerate(plans):
            on = timezone.localdate() - timedelta(days=10 - number)
            edits = chosen(steps, number)
            leaders = {edit.code: "chief" for edit in edits if edit.act == "open"}
            before = build.snapshot()
            plan = actions.plan_edits(
                edits, root_id=district.root.pk, on=on, by=district.cast.administrator,
                more={"people": {"leaders": leaders}},
            )  # fmt: skip
            if plan.state != PlanState.PLANNED or not plan.operations:
                continue
            plan = district.apply(plan)
            assert [str(damage) for damage in damages()] == [], edits
            history[on] = truth()
            type(self).applied += 1
            applied = (plan, before, edits)
            export = district.plan(build.as_it_is(district.root))
            assert (export.operations, export.objections) == ([], []), edits
        for day, pairs in history.items():
            told = set(Lineage.objects.filter(open_on(day)).values_list("ancestor_id", "descendant_id"))
            assert told == pairs
        if applied is not None:
            plan, before, edits = applied
            actions.roll_back_plan(plan.pk, by=district.cast.administrator)
            assert build.snapshot() == before, edits
            assert [str(damage) for damage in damages()] == [], edits
