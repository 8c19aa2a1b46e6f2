"""Extension, suspension and transfer: what a clock does, and that nothing else moves a deadline."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import Invalid, NotAllowed
from incidents import actions, deadlines, queries
from incidents.deadlines import OFFICE, due, left, runs_on
from incidents.models import ClockRequest, DeadlineRule, Incident
from incidents.rules import Clock, State
from tests import factories

ASKED = datetime(2026, 11, 24, 10, 0, tzinfo=OFFICE)


@pytest.fixture
def handled(at_state, cast) -> Incident:
    """A case in the town's hands, five working days from a Tuesday morning."""
    case = at_state(State.HANDLING)
    end = datetime(2026, 12, 1, 18, 0, tzinfo=OFFICE)
    Incident.objects.filter(pk=case.pk).update(due_at=end, clock=Clock.WORKING_DAYS, clock_amount=5)
    return Incident.objects.get(pk=case.pk)


def do(case: Incident, action: str, by, at: datetime = ASKED, **given) -> Incident:
    version = Incident.objects.values_list("version", flat=True).get(pk=case.pk)
    actions.perform(case.pk, action, by=by, version=version, note="因故。", at=at, **given)
    return Incident.objects.get(pk=case.pk)


def test_more_time_is_asked_for_and_granted_from_the_deadline_on(handled, cast):
    asked = do(handled, "ask_extension", cast.town_leader, amount=3)
    assert (asked.state, asked.due_at) == (State.HANDLING, handled.due_at)
    assert queries.mine_to_act(cast.dispatcher).filter(pk=handled.pk).exists()
    granted = do(handled, "extend", cast.dispatcher)
    assert granted.due_at == datetime(2026, 12, 4, 18, 0, tzinfo=OFFICE)
    assert granted.extended_count == 1
    assert not queries.mine_to_act(cast.dispatcher).filter(pk=handled.pk).exists()


def test_refused_the_deadline_stands(handled, cast):
    do(handled, "ask_extension", cast.town_leader, amount=3)
    refused = do(handled, "refuse", cast.dispatcher)
    assert refused.due_at == handled.due_at
    assert ClockRequest.objects.get().granted is False
    with pytest.raises(NotAllowed):
        do(handled, "extend", cast.dispatcher)


def test_one_request_waits_at_a_time(handled, cast):
    do(handled, "ask_extension", cast.town_leader, amount=3)
    with pytest.raises(NotAllowed):
        do(handled, "ask_suspension", cast.town_leader)


@pytest.mark.parametrize("action", ["ask_extension", "ask_suspension"])
def test_time_is_asked_for_before_the_deadline_only(handled, cast, action):
    with pytest.raises(NotAllowed):
        do(handled, action, cast.town_leader, at=handled.due_at + timedelta(minutes=1), amount=1)


def test_a_request_lapses_when_the_case_is_fed_back(handled, cast):
    do(handled, "ask_extension", cast.town_leader, amount=3)
    factories.advance(handled, ("feed_back", cast.town_leader))
    assert ClockRequest.objects.get().granted is False


def test_suspended_no_clock_runs_and_resumed_it_has_what_was_left(handled, cast):
    held = do(handled, "suspend", cast.dispatcher)
    assert (held.state, held.due_at, held.time_left) == (State.SUSPENDED, None, 5)
    late = datetime(2027, 6, 1, 9, 0, tzinfo=OFFICE)
    assert not queries.overdue(Incident.objects.filter(pk=held.pk), at=late).exists()
    resumed = do(handled, "resume", cast.dispatcher, at=datetime(2026, 12, 10, 9, 0, tzinfo=OFFICE))
    assert (resumed.state, resumed.time_left) == (State.HANDLING, None)
    assert resumed.due_at == datetime(2026, 12, 17, 18, 0, tzinfo=OFFICE)


def test_suspending_grants_the_request_for_it(handled, cast):
    do(handled, "ask_suspension", cast.town_leader)
    do(handled, "suspend", cast.dispatcher)
    assert ClockRequest.objects.get().granted is True


def test_a_transfer_lets_the_clock_go_on(handled, cast, places):
    sent = do(handled, "transfer", cast.dispatcher, target_unit=places.department)
    assert (sent.holder, sent.state, sent.due_at) == (places.department, State.DISPATCHED, handled.due_at)


def test_it_is_not_transferred_to_whoever_has_it(handled, cast, places):
    with pytest.raises(Invalid):
        do(handled, "transfer", cast.dispatcher, target_grid=places.town)


def test_a_later_change_of_rule_moves_no_deadline(at_state, cast):
    case = at_state(State.HANDLING)
    DeadlineRule.objects.update(amount=60)
    assert Incident.objects.get(pk=case.pk).due_at == case.due_at
    again = factories.advance(case, ("feed_back", cast.town_leader), ("return", cast.dispatcher))
    assert (again.due_at, again.clock_amount) == (case.due_at, case.clock_amount)


def test_whoever_handles_it_decides_no_request(handled, cast, places):
    do(handled, "ask_extension", cast.town_leader, amount=3)
    factories.posting(cast.town_leader, "dispatcher", unit=places.centre)
    with pytest.raises(NotAllowed):
        do(handled, "extend", cast.town_leader)


# ---- arithmetic: every third day of the year is free, at random a holiday more

moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=OFFICE))
calendars = st.sets(st.integers(0, 700)).map(
    lambda free: {
        date(2026, 1, 1) + timedelta(days=n): n % 7 not in (2, 3) and n not in free for n in range(800)
    }
)
clocks = st.sampled_from(list(Clock))


@example(
    start=datetime(2026, 1, 5, tzinfo=OFFICE),
    amount=15,
    clock=Clock.WORKING_HOURS,
    calendar={date(2026, 1, 1) + timedelta(days=n): n % 7 not in (2, 3) for n in range(30)},
    passed=1.0,  # less than a second before the office closes
)
@given(start=moments, amount=st.integers(1, 15), clock=clocks, calendar=calendars, passed=st.floats(0, 1))
def test_held_and_let_go_at_one_moment_a_clock_runs_out_as_it_would_have(
    start, amount, clock, calendar, passed
):
    end = due(start, amount, clock, calendar)
    now = start + (end - start) * passed * 0.999
    again = runs_on(now, left(now, end, clock, calendar), clock, calendar)
    assert abs(again - end) < timedelta(seconds=1)


@given(start=moments, amount=st.integers(1, 15), clock=clocks, calendar=calendars, held=st.integers(0, 90))
def test_whoever_is_held_longer_is_due_no_earlier(start, amount, clock, calendar, held):
    end = due(start, amount, clock, calendar)
    rest = left(start, end, clock, calendar)
    later = start + timedelta(days=held)
    resumed = runs_on(later, rest, clock, calendar)
    assert resumed >= end - timedelta(seconds=1)
    assert left(later, resumed, clock, calendar) == pytest.approx(rest, abs=1)


@given(start=moments, first=st.integers(1, 10), more=st.integers(1, 10), clock=clocks, calendar=calendars)
def test_extended_it_is_due_as_if_the_whole_time_had_been_given(start, first, more, clock, calendar):
    extended = due(due(start, first, clock, calendar), more, clock, calendar)
    assert extended == due(start, first + more, clock, calendar)


def test_nothing_is_left_of_a_clock_that_has_run_out():
    end = datetime(2026, 11, 24, 18, 0, tzinfo=OFFICE)
    assert left(end, end, Clock.HOURS, {}) == 0
    assert deadlines.days_of(3, Clock.WORKING_DAYS) == 3
