from collections.abc import Callable
from typing import Any

import pytest

from incidents.models import Category, Incident
from incidents.rules import State
from tests import factories


@pytest.fixture
def category(db: None) -> Category:
    return factories.catalogue()


@pytest.fixture
def case(places: factories.Places, cast: factories.Cast, category: Category) -> Incident:
    return factories.incident(places, cast)


# How to come to each state by the workflow itself; (action, who) after the report.
WAYS = {
    State.REPORTED: [],
    State.TO_FILE: [("escalate", "leader"), ("escalate", "village_leader"), ("escalate", "town_leader")],
}
WAYS[State.REJECTED] = [*WAYS[State.TO_FILE], ("reject", "dispatcher")]
WAYS[State.VOID] = [*WAYS[State.TO_FILE], ("void", "dispatcher")]
WAYS[State.TO_DISPATCH] = [*WAYS[State.TO_FILE], ("file", "dispatcher")]
WAYS[State.DISPATCHED] = [*WAYS[State.TO_DISPATCH], ("dispatch", "dispatcher")]
WAYS[State.HANDLING] = [*WAYS[State.DISPATCHED], ("accept", "town_leader")]
WAYS[State.TO_VERIFY] = [*WAYS[State.HANDLING], ("feed_back", "town_leader")]
WAYS[State.SUSPENDED] = [*WAYS[State.HANDLING], ("suspend", "dispatcher")]
WAYS[State.ENFORCEMENT] = [*WAYS[State.TO_DISPATCH], ("enforce", "dispatcher")]
WAYS[State.MERGED] = [*WAYS[State.TO_FILE], ("merge", "dispatcher")]
WAYS[State.CLOSED] = [*WAYS[State.TO_VERIFY], ("close", "dispatcher")]


def what_for(action: str, places: factories.Places, cast: factories.Cast) -> dict[str, Any]:
    """What an act that names one is given: the town first, then the department, or another incident."""
    if action == "merge":
        return {"original": factories.incident(places, cast)}
    return {"target_grid": places.town} if action == "dispatch" else {"target_unit": places.department}


type_of_make = Callable[..., Incident]


@pytest.fixture
def at_state(places: factories.Places, cast: factories.Cast, category: Category) -> type_of_make:
    """An incident brought to a state through the town; of serious severity, so that a look-back follows."""

    def make(state: State | str, *, to_department: bool = False, severity: str = "serious") -> Incident:
        case = factories.incident(places, cast, severity=severity)
        target: dict[str, Any] = (
            {"target_unit": places.department} if to_department else {"target_grid": places.town}
        )
        handler = cast.officer if to_department else cast.town_leader
        after_dispatch = False

        for action, who in WAYS[State(state)]:
            by = handler if after_dispatch and who == "town_leader" else getattr(cast, who)
            factories.advance(
                case, (action, by), **(target if action == "dispatch" else what_for(action, places, cast))
            )
            after_dispatch = after_dispatch or action == "dispatch"
        return Incident.objects.get(pk=case.pk)

    return make
