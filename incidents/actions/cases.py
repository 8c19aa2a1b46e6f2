"""Report an incident and carry it along the workflow: lock, check, change, step, ledger entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed, StaleVersion
from grids.locks import tree_held
from grids.models import Grid
from grids.queries import upper_at
from grids.rules import SUBGRID_LEVEL
from incidents import queries
from incidents.actions.act import Act, Photo, check_needs
from incidents.actions.effects import apply, write_step
from incidents.models import Category, Incident, Step
from incidents.rules import WORKFLOW, Action, Rule, Severity, Source, State
from people.models import Posting, User

NUMBER_LOCK = 0x696E6369  # the advisory lock under which numbers are allotted


@tree_held()
def report(
    *,
    by: User,
    grid: Grid,
    category: Category,
    severity: Severity | str,
    description: str,
    source: Source | str = Source.PATROL,
    photos: Sequence[Photo] = (),
    lon: Decimal | None = None,
    lat: Decimal | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> Incident:
    """Report a problem at a grid; the sub-grid at or above the place holds it first.

    A repeated ``key`` gives the incident it made before. Raises ``NotAllowed``, ``Invalid``.
    """
    now = at or timezone.now()
    rule = WORKFLOW[Action.REPORT]
    _lock_numbers()
    if key and (before := _step_of(key, by)):
        if before.action != Action.REPORT:
            raise Invalid({"": _("This form was already sent for something else.")})
        return before.incident
    posting = queries.posting_for(by, rule.right, grid_id=grid.pk)
    if posting is None:
        raise NotAllowed(_("You may not report a problem at this place."))
    _check_report(grid, category, description)
    holder = upper_at(grid.pk, SUBGRID_LEVEL) or grid
    incident = Incident(
        number=_next_number(now),
        category=category,
        severity=severity,
        source=source,
        description=description.strip(),
        grid=grid,
        grid_now=grid,
        lon=lon,
        lat=lat,
        state=State.REPORTED,
        version=1,
        holder_grid=holder,
        reporter=by,
        reported_at=now,
    )
    act = Act(rule=rule, by=by, posting=posting, at=now, note=description, photos=photos, key=key)
    _check_typed(incident)
    incident.save(force_insert=True)
    write_step(incident, act, before="")
    return incident


@tree_held()
def perform(
    incident_id: int,
    action: Action | str,
    *,
    by: User,
    version: int,
    note: str = "",
    photos: Sequence[Photo] = (),
    severity: Severity | str | None = None,
    category: Category | None = None,
    key: str | None = None,
    at: datetime | None = None,
    **given: Any,
) -> Step:
    """Carry an incident one step along the workflow; ``version`` is the one the person saw.

    A repeated ``key`` gives the step it made before. ``severity`` and ``category`` correct the report when
    it is filed or dispatched; ``given`` is what else the action's line asks for: ``target_grid`` or
    ``target_unit``, ``document_number``, ``original`` (an incident), ``helper`` (a part in joint handling),
    ``amount`` (in the incident's clock), ``outcome``. Raises ``StaleVersion``, ``NotAllowed``, ``Invalid``;
    then nothing is written.
    """
    rule = WORKFLOW.get(Action(action))
    if rule is None:
        raise NotAllowed(_("None of your postings permits this step."))
    incident = _locked(incident_id, given.get("original"))
    if key and (before := _step_of(key, by)):
        if (before.incident_id, before.action) != (incident.pk, rule.action):
            raise Invalid({"": _("This form was already sent for something else.")})
        return before
    if incident.version != version:
        raise StaleVersion(
            _("Meanwhile this incident went on; nothing was changed by you."),
            seen=version,
            now=incident.version,
        )
    now = at or timezone.now()
    act = Act(
        rule=rule,
        by=by,
        posting=_check_allowed(incident, by, rule, now),
        at=now,
        note=note.strip(),
        photos=photos,
        key=key,
        **given,
    )
    check_needs(incident, act)
    if rule.action in (Action.FILE, Action.DISPATCH):
        incident.severity = severity or incident.severity
        incident.category = category or incident.category
    return apply(incident, act)


def _locked(incident_id: int, original: Incident | None) -> Incident:
    """The incident's row locked, and with it the one that it repeats; in one order for everyone."""
    keys = {incident_id} if original is None else {incident_id, original.pk}
    rows = (
        Incident.objects.select_for_update(of=("self",))
        .select_related("grid_now", "category", "holder_grid", "holder_unit")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    try:
        return found[incident_id]
    except KeyError:
        raise Incident.DoesNotExist(incident_id) from None


# ---- checks


def _check_report(grid: Grid, category: Category, description: str) -> None:
    wrong: dict[str, str] = {}
    if grid.closed_on is not None:
        wrong["grid"] = _("This grid is closed.")
    if category.parent_id is None:
        wrong["category"] = _("Choose a category below this class.")
    if not description.strip():
        wrong["description"] = _("Say what is the matter.")
    if wrong:
        raise Invalid(wrong)


def _check_typed(incident: Incident) -> None:
    """What people typed or chose fits its columns; ``Invalid`` otherwise."""
    typed = {"severity", "source", "description", "lon", "lat"}
    try:
        incident.clean_fields(exclude={field.name for field in incident._meta.fields} - typed)
    except ValidationError as wrong:
        raise Invalid({name: texts[0] for name, texts in wrong.message_dict.items()}) from None


def _check_allowed(incident: Incident, by: User, rule: Rule, at: datetime) -> Posting:
    if incident.state not in rule.before:
        raise NotAllowed(
            _("“%(action)s” cannot be done while the incident stands at “%(state)s”.")
            % {"action": rule.action.label, "state": State(incident.state).label}
        )
    posting = queries.posting_under(incident, by, rule)
    if posting is None:
        raise NotAllowed(_("None of your postings permits this step."))
    if not queries.person_fits(incident, by, rule):
        raise NotAllowed(
            _("A look-back is done by someone who neither handled nor verified the incident.")
            if rule.third_person
            else _("Whoever handles an incident cannot decide about it.")
        )
    if lacking := queries.lacks(incident, rule, at=at):
        raise NotAllowed(lacking)
    return posting


# ---- numbers and keys


def _step_of(key: str, by: User) -> Step | None:
    return Step.objects.select_related("incident").filter(key=key, by_id=by.pk).first()


def _lock_numbers() -> None:
    """One number at a time. SQLite's transaction is immediate, so that it holds the write lock already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])


def _next_number(at: datetime) -> str:
    """YYYY-MM-NNNN of the month, in order of reporting; called under ``_lock_numbers``."""
    month = f"{timezone.localtime(at):%Y-%m}-"
    last = (
        Incident.objects.filter(number__startswith=month)
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{month}{int(last.removeprefix(month)) + 1 if last else 1:04d}"
