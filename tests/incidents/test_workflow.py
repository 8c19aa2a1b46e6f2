"""Every action in every state as every person of the cast."""

import pytest

from common.errors import DomainError, NotAllowed
from incidents import actions, queries
from incidents.models import Incident, Step
from incidents.rules import WORKFLOW, Action, State
from ledgers.models import Entry
from tests import factories

EVERYONE = [
    "worker", "leader", "village_leader", "town_leader", "chief", "sibling", "other_town_leader", "officer",
    "dispatcher", "patrol", "assessor", "viewer", "administrator", "former",
]  # fmt: skip
ABOVE_TOWN = {"chief", "dispatcher"}
# state → action → who, when the incident went through the town (sub-grid's leader holds it first)
ALLOWED: dict[State, dict[str, set[str]]] = {
    State.REPORTED: {"settle": {"leader"}, "escalate": {"leader"}},
    State.TO_FILE: {"file": {"dispatcher"}, "reject": {"dispatcher"}, "void": {"dispatcher"}},
    State.TO_DISPATCH: {"dispatch": {"dispatcher"}, "void": {"dispatcher"}},
    State.DISPATCHED: {"accept": {"town_leader"}, "send_back": {"town_leader"}},
    State.HANDLING: {"feed_back": {"town_leader"}},
    State.TO_VERIFY: {"return": ABOVE_TOWN, "close": ABOVE_TOWN},
    State.CLOSED: {
        # neither the town's leader, who handled it, nor the dispatcher, who verified it
        "look_back_pass": {"leader", "village_leader", "chief", "patrol"},
        "look_back_fail": {"leader", "village_leader", "chief", "patrol"},
    },
    State.REJECTED: {},
    State.VOID: {},
}
IN_DEPARTMENT = ALLOWED | {
    State.DISPATCHED: {"accept": {"officer"}, "send_back": {"officer"}},
    State.HANDLING: {"feed_back": {"officer"}},
    State.CLOSED: {
        action: {"leader", "village_leader", "town_leader", "chief", "patrol"}
        for action in ("look_back_pass", "look_back_fail")
    },
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
            done = factories.advance(fresh, (action, getattr(cast, who)), target_grid=places.town)
            assert done.state == WORKFLOW[Action(action)].to
            assert done.version == fresh.version + 1


@pytest.mark.parametrize("state", [State.REPORTED, State.TO_FILE, State.TO_DISPATCH, State.HANDLING])
def test_what_an_action_needs_is_asked_for(state, at_state, cast):
    case = at_state(state)
    for action, people in ALLOWED[state].items():
        needs = WORKFLOW[Action(action)].needs
        if not needs:
            continue
        with pytest.raises(DomainError) as refused:
            actions.perform(case.pk, action, by=getattr(cast, min(people)), version=case.version)
        fields = {"note": "note", "photo": "photos", "target": "target"}
        assert set(refused.value.fields) == {fields[need] for need in needs}  # type: ignore[attr-defined]


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
