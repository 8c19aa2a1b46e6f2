"""Joint handling, repeats, enforcement, supervision by name, reopening."""

import pytest
from django.db import IntegrityError, transaction

from common.errors import Invalid, NotAllowed
from incidents import actions, queries
from incidents.models import Incident, JointPart, LookBack
from incidents.rules import Outcome, State
from tests import factories


def perform(case: Incident, action: str, by, **given) -> Incident:
    version = Incident.objects.values_list("version", flat=True).get(pk=case.pk)
    actions.perform(case.pk, action, by=by, version=version, note="如图。", **given)
    return Incident.objects.get(pk=case.pk)


# ---- joint handling


@pytest.fixture
def joint(at_state, cast, places) -> Incident:
    """The town leads, the department helps."""
    case = at_state(State.HANDLING)
    return perform(case, "join", cast.dispatcher, target_unit=places.department)


def test_the_lead_feeds_back_when_every_helper_has_done_its_part(joint, cast):
    with pytest.raises(NotAllowed, match="执法大队"):
        factories.advance(joint, ("feed_back", cast.town_leader))
    perform(joint, "part_done", cast.officer)
    assert factories.advance(joint, ("feed_back", cast.town_leader)).state == State.TO_VERIFY


def test_a_helper_sees_the_case_and_finds_it_among_what_to_do(joint, cast):
    assert queries.mine_to_act(cast.officer).filter(pk=joint.pk).exists()
    assert [rule.action for rule in queries.actions_for(joint, cast.officer)] == ["part_done"]
    perform(joint, "part_done", cast.officer)
    assert not queries.mine_to_act(cast.officer).filter(pk=joint.pk).exists()
    assert queries.visible_to(cast.officer).filter(pk=joint.pk).exists()


def test_a_helper_released_holds_nothing_up(joint, cast):
    part = JointPart.objects.get()
    perform(joint, "release", cast.dispatcher, helper=part)
    part.refresh_from_db()
    assert (part.done, part.ended_step is not None) == (False, True)
    assert factories.advance(joint, ("feed_back", cast.town_leader)).state == State.TO_VERIFY


def test_nobody_helps_twice_at_once_nor_helps_the_lead_that_it_is(joint, cast, places):
    for target in ({"target_unit": places.department}, {"target_grid": places.town}):
        with pytest.raises(Invalid):
            perform(joint, "join", cast.dispatcher, **target)
    part = JointPart.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        JointPart.objects.create(incident=joint, unit=places.department, asked_step=part.asked_step)


def test_nobody_does_the_part_of_another(joint, cast):
    for who in (cast.town_leader, cast.dispatcher, cast.patrol, cast.chief):
        with pytest.raises(NotAllowed):
            perform(joint, "part_done", who)


# ---- repeats


@pytest.fixture
def pair(at_state, places, cast) -> tuple[Incident, Incident]:
    """A case at the centre, and one reported later at the same place that repeats it."""
    return at_state(State.TO_DISPATCH), at_state(State.TO_FILE)


def test_a_repeat_ends_in_the_incident_that_it_repeats(pair, cast):
    first, repeat = pair
    merged = perform(repeat, "merge", cast.dispatcher, original=first)
    assert (merged.state, merged.merged_into) == (State.MERGED, first)
    assert not merged.open
    assert queries.repeats(first, cast.dispatcher) == [merged]
    first.refresh_from_db()
    assert (first.version, first.state) == (pair[0].version, State.TO_DISPATCH)


def test_likely_repeats_are_offered_nearest_in_time_first(pair, cast, places):
    first, repeat = pair
    elsewhere = factories.incident(places, cast, grid=places.other_site, by=cast.chief)
    offered = queries.likely_repeats(repeat, cast.dispatcher)
    assert first in offered
    assert elsewhere not in offered
    assert repeat not in offered


def test_nothing_repeats_itself_what_is_closed_or_what_is_out_of_sight(pair, cast, at_state):
    _first, repeat = pair
    for original in (repeat, at_state(State.CLOSED), at_state(State.MERGED)):
        with pytest.raises(Invalid) as refused:
            perform(repeat, "merge", cast.dispatcher, original=original)
        assert set(refused.value.fields) == {"original"}


def test_the_database_keeps_merged_and_merged_into_together(pair):
    for change in ({"state": State.MERGED}, {"merged_into": pair[0]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.filter(pk=pair[1].pk).update(**change)


# ---- enforcement, supervision, reopening


def test_enforcement_returns_with_its_outcome_and_document(at_state, cast):
    case = at_state(State.ENFORCEMENT)
    with pytest.raises(Invalid) as refused:
        perform(case, "outcome", cast.officer)
    assert set(refused.value.fields) == {"outcome", "document_number"}
    told = perform(
        case, "outcome", cast.officer, outcome=Outcome.FINE, document_number="环罚决字〔2026〕18号"
    )
    step = told.steps.latest("number")
    assert (told.state, told.handler) == (State.TO_VERIFY, cast.officer)
    assert (step.outcome, step.document_number) == (Outcome.FINE, "环罚决字〔2026〕18号")


def test_only_a_department_enforces(at_state, cast, places):
    case = at_state(State.TO_DISPATCH)
    for target in ({"target_unit": places.team}, {"target_grid": places.town}):
        with pytest.raises(Invalid):
            perform(case, "enforce", cast.dispatcher, **target)


def test_it_is_supervised_by_one_name_once(at_state, cast):
    case = at_state(State.HANDLING)
    watched = perform(case, "supervise", cast.chief, document_number="环委办督〔2026〕7号")
    assert watched.supervisor == cast.chief
    with pytest.raises(NotAllowed):
        perform(case, "supervise", cast.dispatcher, document_number="x")


def test_urging_counts_and_changes_nothing_else(at_state, cast):
    case = at_state(State.HANDLING)
    urged = perform(case, "urge", cast.chief)
    assert (urged.urged_count, urged.state, urged.due_at, urged.holder) == (
        1, case.state, case.due_at, case.holder,
    )  # fmt: skip


def test_reopened_it_is_dispatched_anew_and_looked_back_at_after_its_next_closing(at_state, cast):
    case = at_state(State.CLOSED)
    assert LookBack.objects.filter(incident=case).count() == 1
    again = perform(case, "reopen", cast.dispatcher)
    assert (again.state, again.reopened_count, again.closed_at) == (State.TO_DISPATCH, 1, None)
    assert again.due_at is not None
    assert not LookBack.objects.filter(incident=case).exists()
