"""Every write of an assessment: asking for a run, working it off, cancelling it, exporting it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import engine, queries, rules
from assessments.models import Figure, Result, Run, RunState, Scheme
from common.errors import Invalid, NotAllowed
from ledgers.actions import NOBODY, Actor, Draft, Subject, record
from people.models import User
from people.queries import actor

logger = logging.getLogger(__name__)


def request_run(
    *,
    period: str,
    by: User | None,
    cutoff: datetime | None = None,
    scheme: Scheme | None = None,
    enqueue: Callable[[int], object] | None = None,
) -> Run:
    """Ask for an assessment of a period, data up to ``cutoff`` (default: its end, or today's start).

    ``by`` None is the command line. The scheme (default: the one in use) is fixed by its first run.
    ``enqueue`` is called with the run's key after commit. Raises ``NotAllowed`` and ``Invalid``
    (``period``, ``scheme``).
    """
    posting = queries.assessing_posting(by) if by else None
    if by and posting is None:
        raise NotAllowed(_("Only an assessor may start an assessment."))
    window = _window(period, cutoff)
    with transaction.atomic():
        chosen = queries.scheme_in_use() if scheme is None else scheme
        if chosen is None:
            raise Invalid({"scheme": _("There is no scheme in use yet.")})
        locked = Scheme.objects.select_for_update().get(pk=chosen.pk)
        if Run.objects.filter(period=period, state__in=queries.UNFINISHED).exists():
            raise Invalid(
                {"period": _("This period is being assessed already. Wait for that run or cancel it.")}
            )
        now = timezone.now()
        if locked.fixed_at is None:
            locked.fixed_at = now
            locked.save(update_fields=["fixed_at"])
        run = Run.objects.create(
            period=period,
            scheme=locked,
            stage="queued",
            started_by=by,
            created_at=now,
            cutoff=window.end,
            scheme_hash=rules.digest(engine.scheme_content(locked, list(locked.items.all()))),
        )
        _enter(
            run,
            "run_requested",
            actor(by, posting) if by else NOBODY,
            {"scheme": f"{locked.code} {locked.version}", "cutoff": window.end.isoformat()},
        )
        if enqueue is not None:
            transaction.on_commit(lambda: enqueue(run.pk))
    return run


def _window(code: str, cutoff: datetime | None) -> rules.Window:
    try:
        of = rules.period(code)
    except ValueError:
        raise Invalid({"period": _("Write a period as 2026H1, 2026H2 or 2026.")}) from None
    end = rules.cutoff(of, asked=cutoff, today=timezone.localdate())
    last_half = rules.period(of.halves[-1]) if of.is_annual else of
    if end <= last_half.start:
        raise Invalid(
            {"period": _("Nothing can be assessed yet: the second half-year has not begun.")}
            if of.is_annual
            else {"period": _("Nothing can be assessed yet: the period has not begun.")}
        )
    return rules.Window(of.start, end)


def _enter(run: Run, action: str, who: Actor, payload: dict[str, Any]) -> None:
    record(
        Draft(
            app="assessments",
            action=action,
            subject=Subject(type="assessments.run", id=str(run.pk), label=run.period),
            actor=who,
            at=timezone.now(),
            place=queries.district_place(),
            payload={"period": run.period, **payload},
        )
    )


def execute(run_id: int, *, say: Callable[[str], object] | None = None) -> Run:
    """Work a run off. Safe to repeat: a finished or cancelled run is left as it is.

    A worker killed midway leaves the run unfinished with nothing written; the repeated call starts
    again. ``say`` is told, in words, what else had to be done. An error marks the run failed and is
    raised again.
    """
    if not Run.objects.filter(pk=run_id, state__in=queries.UNFINISHED).update(state=RunState.RUNNING):
        return Run.objects.get(pk=run_id)
    run = Run.objects.select_related("scheme").get(pk=run_id)

    def step(stage: str, percent: int) -> None:
        # The same statement that shows the progress asks whether the run was cancelled.
        if not Run.objects.filter(pk=run_id, state=RunState.RUNNING).update(stage=stage, progress=percent):
            raise engine.Stopped

    try:
        of = rules.period(run.period)
        window = rules.Window(of.start, run.cutoff)
        items = list(run.scheme.items.all())
        halves = _halves(run, of, step, say)
        if of.is_annual:
            grids = engine.assess_year(window, run.scheme, halves, step)
        else:
            grids = engine.assess(window, run.scheme, items, step)
        step("writing", 90)
        _write(run, grids, halves)
    except engine.Stopped:
        logger.info("assessment stopped run=%s", run_id)
    except Exception as error:
        logger.exception("assessment failed run=%s", run_id)
        _fail(run_id, error)
        raise
    return Run.objects.get(pk=run_id)


def _halves(run: Run, of: rules.Period, step: engine.Step, say: Callable[[str], object] | None) -> list[Run]:
    """The finished runs of both halves with the data the year asks for; a missing one is made now."""
    found: list[Run] = []
    for code in of.halves:
        step("halves", 10 if not found else 45)
        cutoff = min(rules.period(code).end, run.cutoff)
        half = queries.finished(code, scheme=run.scheme, cutoff=cutoff)
        if half is None:
            if say:
                say(
                    _("%(half)s has not been assessed with these data yet: it is assessed now.")
                    % {"half": code}
                )
            begun = queries.unfinished(code, scheme=run.scheme, cutoff=cutoff)
            asked = begun or request_run(period=code, by=None, cutoff=cutoff, scheme=run.scheme)
            half = execute(asked.pk, say=say)
            if half.state != RunState.DONE:
                raise Invalid({"period": _("The assessment of %(half)s was not finished.") % {"half": code}})
        found.append(half)
    return found


@transaction.atomic
def _write(run: Run, grids: Sequence[engine.Assessed], halves: Sequence[Run]) -> None:
    """The snapshot, its digest and the entry, all or nothing."""
    locked = Run.objects.select_for_update().get(pk=run.pk)
    if locked.state != RunState.RUNNING:
        raise engine.Stopped
    locked.results.all().delete()
    results = Result.objects.bulk_create(
        (
            Result(
                run=locked,
                grid_id=grid.grid_id,
                level=grid.level,
                grid_code=grid.code,
                grid_name=grid.name,
                upper_id=grid.upper_id,
                score=grid.score,
                grade=grid.grade,
                rank=grid.rank,
            )
            for grid in grids
        ),
        batch_size=500,
    )
    Figure.objects.bulk_create(
        (
            Figure(
                result=result,
                item=figure.item,
                numerator=figure.numerator,
                denominator=figure.denominator,
                rate=figure.rate,
                points=figure.points,
            )
            for result, grid in zip(results, grids, strict=True)
            for figure in grid.figures
        ),
        batch_size=500,
    )
    locked.halves.set(halves)
    locked.digest = rules.digest(engine.run_content(locked, locked.scheme_hash, grids, halves))
    locked.state = RunState.DONE
    locked.stage, locked.progress = "finished", 100
    locked.finished_at = timezone.now()
    locked.save(update_fields=["digest", "state", "stage", "progress", "finished_at"])
    _enter(
        locked,
        "run_done",
        NOBODY,
        {"digest": locked.digest, "scheme": locked.scheme_hash, "results": len(grids)},
    )


@transaction.atomic
def _fail(run_id: int, error: Exception) -> None:
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state not in queries.UNFINISHED:
        return
    run.state, run.error, run.finished_at = RunState.FAILED, str(error)[:1000], timezone.now()
    run.save(update_fields=["state", "error", "finished_at"])
    _enter(run, "run_failed", NOBODY, {"error": type(error).__name__})


@transaction.atomic
def cancel(run_id: int, *, by: User) -> Run:
    """Stop a run that has not finished; nothing of it is kept but its entry. Raises ``Invalid`` if it has."""
    posting = queries.assessing_posting(by)
    if posting is None:
        raise NotAllowed(_("Only an assessor may cancel an assessment."))
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state not in queries.UNFINISHED:
        raise Invalid({"": _("This run has ended already; there is nothing to cancel.")})
    run.state, run.finished_at = RunState.CANCELLED, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    _enter(run, "run_cancelled", actor(by, posting), {"progress": run.progress})
    return run


@transaction.atomic
def note_export(run: Run, *, by: User, rows: int) -> None:
    """Enter in the ledger that somebody took the report away as a file."""
    _enter(
        run, "report_exported", actor(by, queries.reading_posting(by)), {"digest": run.digest, "rows": rows}
    )
