from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments import actions, engine
from assessments.models import Run, RunState
from assessments.tasks import execute_run
from common.errors import Invalid, NotAllowed
from ledgers.models import Entry

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return list(Entry.objects.filter(app="assessments").order_by("id").values_list("action", flat=True))


def test_a_run_is_asked_for_worked_off_and_entered_in_the_ledger(cast, scheme):
    run = actions.request_run(period="2026H1", by=cast.assessor)
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.progress, run.stage) == (RunState.DONE, 100, "finished")
    assert len(run.digest) == 64
    assert run.results.filter(level=2).count() == run.results.filter(level=3).count() == 2
    assert acts() == ["run_requested", "run_done"]
    asked = Entry.objects.get(action="run_requested")
    assert (asked.actor, asked.role, asked.subject_id) == (cast.assessor, "assessor", str(run.pk))
    assert run.digest in Entry.objects.get(action="run_done").payload


def test_working_a_run_off_twice_changes_nothing(cast, scheme):
    run = actions.request_run(period="2026H1", by=cast.assessor)
    execute_run(run.pk)
    kept = list(run.results.values_list("pk", flat=True))
    execute_run(run.pk)
    assert list(run.results.values_list("pk", flat=True)) == kept
    assert acts().count("run_done") == 1


def test_a_killed_worker_leaves_nothing_and_the_next_finishes(cast, scheme, monkeypatch):
    run = actions.request_run(period="2026H1", by=cast.assessor)

    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "place", killed)
        with pytest.raises(KeyboardInterrupt):
            execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.results.count()) == (RunState.RUNNING, 0)
    assert actions.execute(run.pk).state == RunState.DONE


def test_one_run_a_period_at_a_time(cast, scheme):
    actions.request_run(period="2026H1", by=cast.assessor)
    with pytest.raises(Invalid) as refused:
        actions.request_run(period="2026H1", by=cast.assessor)
    assert "period" in refused.value.fields


@pytest.mark.parametrize("period", ["2026H7", "", "2099H1", "2099"])
def test_a_period_that_is_none_or_not_begun_is_refused(cast, scheme, period):
    with pytest.raises(Invalid) as refused:
        actions.request_run(period=period, by=cast.assessor)
    assert set(refused.value.fields) == {"period"}
    assert not Run.objects.exists()


def test_only_an_assessor_starts_or_cancels(cast, scheme):
    run = actions.request_run(period="2026H1", by=cast.assessor)
    for person in (cast.chief, cast.viewer, cast.town_leader, cast.worker, cast.administrator, cast.former):
        with pytest.raises(NotAllowed):
            actions.request_run(period="2025H2", by=person)
        with pytest.raises(NotAllowed):
            actions.cancel(run.pk, by=person)


def test_the_scheme_is_fixed_by_its_first_run(cast, scheme):
    assert scheme.fixed_at is None
    actions.request_run(period="2026H1", by=cast.assessor)
    scheme.refresh_from_db()
    assert scheme.fixed_at is not None


def test_a_cancelled_run_stops_and_keeps_nothing(cast, scheme, monkeypatch):
    run = actions.request_run(period="2026H1", by=cast.assessor)
    place = engine.place

    def meanwhile(grids, scheme):
        actions.cancel(run.pk, by=cast.assessor)
        place(grids, scheme)

    monkeypatch.setattr(engine, "place", meanwhile)
    assert actions.execute(run.pk).state == RunState.CANCELLED
    assert run.results.count() == 0
    assert acts() == ["run_requested", "run_cancelled"]
    with pytest.raises(Invalid):
        actions.cancel(run.pk, by=cast.assessor)


def test_a_failure_is_kept_with_its_reason(cast, scheme, monkeypatch):
    run = actions.request_run(period="2026H1", by=cast.assessor)

    def broken(*_args):
        raise ValueError("out of ink")

    monkeypatch.setattr(engine, "place", broken)
    with pytest.raises(ValueError, match="out of ink"):
        execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "out of ink")
    assert acts()[-1] == "run_failed"


def test_score_prints_a_line_a_level_and_the_digest_last(places, scheme):
    out = StringIO()
    call_command("score", "2026H1", stdout=out)
    lines = out.getvalue().strip().splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("level")] == ["level 2", "level 3"]
    assert lines[-1] == f"digest: {Run.objects.get().digest}"
    again = StringIO()
    call_command("score", "2026H1", stdout=again)
    assert again.getvalue().splitlines()[-1] == lines[-1]


def test_score_refuses_in_words(places, scheme):
    with pytest.raises(CommandError):
        call_command("score", "2026H9")
    with pytest.raises(CommandError, match="2026-99-99"):
        call_command("score", "2026H1", cutoff="2026-99-99")
