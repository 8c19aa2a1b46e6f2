"""Every action in every state as every person of the cast."""

import pytest

from common.errors import DomainError, NotAllowed
from incidents import actions, queries
from incidents.models import Incident, Step
from incidents.rules import WORKFLOW, Action, State
from ledgers.models import Entry
from tests import factories
from tests.incidents.conftest import what_for

EVERYONE = [
    "worker", "leader", "village_leader", "town_leader", "chief", "sibling", "other_town_leader", "officer",
    "dispatcher", "patrol", "assessor", "viewer", "administrator", "former",
]  # fmt: skip
ABOVE_TOWN = {"chief", "dispatcher"}
DESK = {"dispatcher"}
LOOKS_BACK = ("look_back_pass", "look_back_fail")
# state → action → who, when the incident went through the town (sub-grid's leader holds it first)
ALLOWED: dict[State, dict[str, set[str]]] = {
    State.REPORTED: {
        "settle": {"leader"},
        "escalate": {"leader"},
        "urge": {"village_leader", "town_leader"} | ABOVE_TOWN,
    },
    State.TO_FILE: dict.fromkeys(("file", "reject", "merge", "void"), DESK),
    State.TO_DISPATCH: dict.fromkeys(("dispatch", "merge", "enforce", "void"), DESK),
    State.DISPATCHED: {action: {"town_leader"} for action in ("accept", "send_back")}
    | dict.fromkeys(("transfer", "join", "enforce"), DESK)
    | dict.fromkeys(("urge", "supervise"), ABOVE_TOWN),
    State.HANDLING: {action: {"town_leader"} for action in ("feed_back", "ask_extension", "ask_suspension")}
    | dict.fromkeys(("suspend", "transfer", "join", "enforce"), DESK)
    | dict.fromkeys(("urge", "supervise"), ABOVE_TOWN),
    State.TO_VERIFY: dict.fromkeys(("return", "close", "supervise"), ABOVE_TOWN),
    State.SUSPENDED: {"resume": DESK},
    # with a department of the district
    State.ENFORCEMENT: {"outcome": {"officer"}, "urge": ABOVE_TOWN, "supervise": ABOVE_TOWN},
    # neither the town's leader, who handled it, nor the dispatcher, who verified it
    State.CLOSED: {action: {"leader", "village_leader", "chief", "patrol"} for action in LOOKS_BACK}
    | {"reopen": DESK},
    State.REJECTED: {},
    State.MERGED: {},
    State.VOID: {},
}
IN_DEPARTMENT = ALLOWED | {
    State.DISPATCHED: ALLOWED[State.DISPATCHED] | {"accept": {"officer"}, "send_back": {"officer"}},
    State.HANDLING: ALLOWED[State.HANDLING]
    | {action: {"officer"} for action in ("feed_back", "ask_extension", "ask_suspension")},
    State.CLOSED: ALLOWED[State.CLOSED]
    | {action: {"leader", "village_leader", "town_leader", "chief", "patrol"} for action in LOOKS_BACK},
}


@pytest.mark.parametrize("to_department", [False, True])
@pytest.mark.parametrize("state", list(State))
def test_the_buttons_are_those_the_table_gives(state, to_department, at_state, cast):
    case = at_state(state, to_department=to_department)
    assert case.state == state
    table = IN_DEPARTMENT if to_department else ALLOWED
    for who in EVERYONE:
        offered = {rule.action.value for rule in queries.actions_for(case, getattr(cast, who))}
        assert offered == {action for action, people in table[state].items() if who in people}, who


@pytest.mark.parametrize("state", list(State))
def test_every_action_is_done_or_refused_as_the_table_says(state, at_state, cast, places):
    case = at_state(state)
    steps, entries = Step.objects.count(), Entry.objects.count()
    for who in EVERYONE:
        for other in set(Action) - {Action.REPORT}:
            if who in ALLOWED[state].get(other, set()):
                continue
            with pytest.raises(NotAllowed):
                actions.perform(
                    case.pk,
                    other,
                    by=getattr(cast, who),
                    version=case.version,
                    note="试",
                    target_grid=places.town,
                )
    assert (Step.objects.count(), Entry.objects.count()) == (steps, entries)
    for action, people in ALLOWED[state].items():
        for who in sorted(people):
            fresh = at_state(state)
            given = what_for(action, places, cast)
            done = factories.advance(fresh, (action, getattr(cast, who)), **given)
            assert done.state == (WORKFLOW[Action(action)].to or state)
            assert done.version == fresh.version + 1


@pytest.mark.parametrize("state", list(State))
def test_what_an_action_needs_is_asked_for(state, at_state, cast):
    case = at_state(state)
    for action, people in ALLOWED[state].items():
        needs = WORKFLOW[Action(action)].needs
        if not needs:
            continue
        with pytest.raises(DomainError) as refused:
            actions.perform(case.pk, action, by=getattr(cast, min(people)), version=case.version)
        fields = {"photo": "photos", "document": "document_number"}
        assert set(refused.value.fields) == {fields.get(need, need) for need in needs}  # type: ignore[attr-defined]


def test_one_step_and_one_entry_are_written_with_the_act(case, cast):
    entries = Entry.objects.count()
    factories.advance(case, ("escalate", cast.leader))
    assert Entry.objects.count() == entries + 1
    entry = Entry.objects.order_by("-id").first()
    assert entry is not None
    assert (entry.action, entry.subject_label, entry.actor_id) == ("escalate", case.number, cast.leader.pk)
    assert list(case.steps.values_list("number", "action")) == [(1, "report"), (2, "escalate")]


def test_it_goes_up_the_tree_to_the_centre(case, cast, places):
    holders = []
    for who in (cast.leader, cast.village_leader, cast.town_leader):
        case = factories.advance(case, ("escalate", who))
        holders.append((case.holder, case.state))
    assert holders == [
        (places.village, State.REPORTED),
        (places.town, State.REPORTED),
        (places.centre, State.TO_FILE),
    ]


def test_numbers_run_through_the_month(places, cast, category):
    first, second = factories.incident(places, cast), factories.incident(places, cast)
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1
    assert first.number[:8] == f"{first.reported_at:%Y-%m}-"


def test_one_may_not_report_out_of_scope(places, cast, category):
    with pytest.raises(NotAllowed):
        factories.incident(places, cast, grid=places.other_site)
    assert not Incident.objects.exists()
