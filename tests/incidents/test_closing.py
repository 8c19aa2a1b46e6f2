"""Rework, closing, the clock and the look-back."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid, NotAllowed, StaleVersion
from incidents import actions, queries
from incidents.deadlines import OFFICE
from incidents.models import Incident, LookBack, Step
from incidents.rules import State, look_back_after
from ledgers.models import Entry
from tests import factories


def test_a_return_for_rework_is_counted_and_keeps_the_deadline(at_state, cast):
    case = at_state(State.TO_VERIFY)
    again = factories.advance(case, ("return", cast.dispatcher))
    assert (again.state, again.rework_count, again.due_at) == (State.HANDLING, 1, case.due_at)
    assert again.holder == case.holder


def test_whoever_handled_it_does_not_verify_it(places, cast, category):
    factories.posting(cast.leader, "leader", grid=places.village)
    case = factories.incident(places, cast)
    settled = factories.advance(case, ("settle", cast.leader))
    assert settled.settled_on_spot
    assert queries.actions_for(settled, cast.leader) == []
    with pytest.raises(NotAllowed):
        actions.perform(case.pk, "close", by=cast.leader, version=settled.version)


def test_the_deadline_follows_category_and_severity(places, cast, category):
    moment = datetime(2026, 11, 24, 10, 0, tzinfo=OFFICE)
    case = factories.incident(places, cast, severity="serious", at=moment)
    factories.advance(case, *[("escalate", p) for p in (cast.leader, cast.village_leader, cast.town_leader)])
    filed = factories.advance(case, ("file", cast.dispatcher), at=moment)
    assert filed.due_at == datetime(2026, 11, 27, 18, 0, tzinfo=OFFICE)
    sent = factories.advance(
        case, ("dispatch", cast.dispatcher), at=moment + timedelta(days=1), target_unit=places.department
    )
    assert sent.due_at == datetime(2026, 11, 30, 18, 0, tzinfo=OFFICE)
    assert not queries.overdue(Incident.objects.all(), at=sent.due_at).exists()
    assert queries.overdue(Incident.objects.all(), at=sent.due_at + timedelta(minutes=1)).exists()


def test_a_category_without_a_rule_takes_its_class_then_any(category):
    odd = category.parent.children.get(code="8204")
    noise = type(category).objects.get(code="8501")
    found = [
        queries.deadline_rule(*asked) for asked in [(odd, "ordinary"), (odd, "serious"), (noise, "ordinary")]
    ]
    assert [rule.category if rule else "none" for rule in found] == [odd, None, noise.parent]


def test_a_year_without_a_calendar_files_nothing(at_state, cast):
    case = at_state(State.TO_FILE)
    with pytest.raises(Invalid):
        actions.perform(
            case.pk, "file", by=cast.dispatcher, version=case.version, at=datetime(2030, 1, 1, tzinfo=OFFICE)
        )
    case.refresh_from_db()
    assert case.state == State.TO_FILE


def test_a_serious_case_is_looked_back_at_by_a_third_person(at_state, cast):
    case = at_state(State.CLOSED)
    look_back = case.look_backs.get()
    assert look_back.due_on == timezone.localdate() + timedelta(days=7)
    assert not queries.look_backs_for(cast.dispatcher).exists()
    assert not queries.look_backs_for(cast.town_leader).exists()
    assert list(queries.look_backs_for(cast.patrol)) == [look_back]
    done = factories.advance(case, ("look_back_pass", cast.patrol))
    look_back.refresh_from_db()
    assert (done.state, look_back.passed) == (State.CLOSED, True)
    assert look_back.done_step is not None
    assert queries.actions_for(done, cast.chief) == []


def test_a_failed_look_back_reopens_with_a_new_clock(at_state, cast):
    case = at_state(State.CLOSED)
    again = factories.advance(case, ("look_back_fail", cast.patrol))
    assert (again.state, again.reopened_count, again.closed_at) == (State.HANDLING, 1, None)
    assert again.holder == case.holder
    assert again.due_at is not None
    closed = factories.advance(again, ("feed_back", cast.town_leader), ("close", cast.dispatcher))
    assert closed.look_backs.filter(done_step=None).count() == 1


def test_of_ordinary_cases_a_fifth_is_drawn_by_number():
    drawn = [look_back_after("ordinary", f"2026-11-{n:04d}") is not None for n in range(1, 2001)]
    assert 300 < sum(drawn) < 500
    assert drawn == [look_back_after("ordinary", f"2026-11-{n:04d}") is not None for n in range(1, 2001)]


def test_an_ordinary_case_not_drawn_has_no_look_back(at_state):
    case = at_state(State.CLOSED, severity="ordinary")
    expected = look_back_after("ordinary", case.number) is not None
    assert LookBack.objects.filter(incident=case).exists() == expected


def test_a_stale_version_writes_nothing(case, cast):
    factories.advance(case, ("escalate", cast.leader))
    before = Step.objects.count(), Entry.objects.count()
    with pytest.raises(StaleVersion) as refused:
        actions.perform(case.pk, "settle", by=cast.leader, version=1, note="已处理")
    assert (refused.value.seen, refused.value.now) == (1, 2)
    assert (Step.objects.count(), Entry.objects.count()) == before


def test_a_repeated_key_gives_the_first_result(case, cast):
    entries = Entry.objects.count()
    first = actions.perform(case.pk, "escalate", by=cast.leader, version=1, note="上报", key="k1")
    again = actions.perform(case.pk, "escalate", by=cast.leader, version=1, note="上报", key="k1")
    assert first == again
    assert Entry.objects.count() == entries + 1
    with pytest.raises(Invalid):
        actions.perform(case.pk, "settle", by=cast.leader, version=2, note="上报", key="k1")


def test_a_repeated_report_gives_the_first_incident(places, cast, category):
    first = factories.incident(places, cast, key="r1")
    assert factories.incident(places, cast, key="r1") == first
    assert Incident.objects.count() == 1
