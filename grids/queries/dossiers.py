"""What is asked of dossiers: their contents, set-wise, and what the page of a site shows on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.days import midnight
from grids import dossiers, rules
from grids.dated import batches
from grids.dossiers import PARTS, Content
from grids.models import FacilityState, Grid, Permit, Risk, Site, SiteDocument, SiteVersion
from grids.queries.scope import in_scope
from grids.queries.tree import below

KEEP = "keep_dossier"
SOON = timedelta(days=60)
RISK_TONES = {Risk.KEY: "soon"}
STATE_TONES = {FacilityState.STOPPED: "late", FacilityState.REPAIR: "soon", FacilityState.RUNNING: "done"}


def contents(site_ids: Iterable[int]) -> dict[int, Content]:
    """Site → what its dossier says now. Four queries for each batch."""
    found: dict[int, Content] = {}
    for keys in batches(site_ids):
        rows: dict[str, dict[int, list[Any]]] = {part.key: {} for part in PARTS}
        for part in PARTS:
            manager: Any = part.model._default_manager
            for row in manager.filter(site_id__in=keys):
                rows[part.key].setdefault(row.site_id, []).append(row)
        for site in Site.objects.filter(pk__in=keys):
            found[site.pk] = dossiers.content(site, *(rows[part.key].get(site.pk, []) for part in PARTS))
    return found


def keeps(user: Any, grid_id: int) -> bool:
    """Whether the person keeps the dossiers at this grid (for buttons, not for access)."""
    return in_scope(user, KEEP).filter(pk=grid_id).exists()


def open_sites(grid_id: int) -> QuerySet[Site]:
    """The open sites at or below a grid in the order of the tree, grid and sub-grid loaded."""
    return (
        Site.objects.filter(
            grid_id__in=below([grid_id]).values("descendant_id"),
            grid__level=rules.SITE_LEVEL,
            grid__closed_on__isnull=True,
        )
        .select_related("grid__parent")
        .order_by("grid__tree_id", "grid__lft")
    )


def site_links(grid: Grid, user: Any) -> dict[str, Any]:
    """What ``grids/_site_links.html`` offers at a grid above the sites: labels and workbook, and to whoever
    keeps the dossiers there a site to be opened and the import."""
    may_keep = grid.closed_on is None and keeps(user, grid.pk)
    return {"grid": grid, "may_keep": may_keep, "may_open": may_keep and grid.level == rules.SUBGRID_LEVEL}


# ---- the page of a site


@dataclass(frozen=True)
class PermitShown:
    """A permit as a page shows it; ``tone`` and ``state`` tell that it has ended or soon will."""

    kind: str
    number: str
    issued_by: str
    valid_from: date | None
    valid_until: date | None
    tone: str
    state: str


def dossier_page(site: Site, *, on: date | None = None, user: Any = None) -> dict[str, Any]:
    """What ``grids/_dossier.html`` shows of a site, today or as it stood at the end of a day.

    Of a day before the first version that first one is shown, as the earliest known. With ``user`` the
    buttons of those who keep the dossier are there, for today.
    """
    version, earliest = version_on(site, on)
    said = contents([site.pk])[site.pk] if version is None or on is None else dossiers.read(version.content)
    today = on or timezone.localdate()
    may_keep = on is None and user is not None and site.grid.closed_on is None and keeps(user, site.pk)
    may_close = may_keep and keeps(user, site.grid.parent_id or 0)
    return {
        "site": site,
        "on": on,
        "earliest": earliest,
        "version": version,
        "number": version.number if version else site.version,
        "may_keep": may_keep,
        "may_close": may_close,
        "documents": documents(site.pk, on=on),
        **shown(said, today=today),
    }


def version_on(site: Site, on: date | None) -> tuple[SiteVersion | None, bool]:
    """The last version, or the last by the end of a day; and whether it is only the earliest known.

    None where nothing was ever changed: the row itself holds from the opening on.
    """
    kept = list(SiteVersion.objects.filter(site_id=site.pk).select_related("by").order_by("number"))
    if on is None:
        return (kept[-1] if kept else None), False
    until = midnight(on + timedelta(days=1))
    before = [version for version in kept if version.at < until]
    if before:
        return before[-1], False
    return (kept[0], True) if kept else (None, on < site.grid.opened_on)


def shown(said: Content, *, today: date) -> dict[str, Any]:
    """A content for reading: labels, days, tones."""
    return {
        "kind": dossiers.shown(Site, "kind", said["kind"]),
        "risk": dossiers.shown(Site, "risk", said["risk"]),
        "risk_tone": RISK_TONES.get(said["risk"], "resting"),
        "main": {key: said[key] for key in dossiers.MAIN},
        "surveyed_on": _day(said["surveyed_on"]),
        "sources": [_labelled("sources", row) for row in said["sources"]],
        "permits": [_permit(row, today) for row in said["permits"]],
        "facilities": [
            _labelled("facilities", row) | {"tone": STATE_TONES.get(row["state"], "resting")}
            for row in said["facilities"]
        ],
    }


def _labelled(part: str, row: dict[str, str]) -> dict[str, str]:
    model = dossiers.PART[part].model
    return {key: dossiers.shown(model, key, value) if value else "" for key, value in row.items()}


def _permit(row: dict[str, str], today: date) -> PermitShown:
    until = _day(row["valid_until"])
    tone = state = ""
    if until is not None and until < today:
        tone, state = "late", _("Expired")
    elif until is not None and until - today <= SOON:
        tone, state = "soon", _("Expires soon")
    return PermitShown(
        kind=dossiers.shown(Permit, "kind", row["kind"]),
        number=row["number"],
        issued_by=row["issued_by"],
        valid_from=_day(row["valid_from"]),
        valid_until=until,
        tone=tone,
        state=state,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def documents(site_id: int, *, on: date | None = None) -> list[SiteDocument]:
    """The documents attached to a dossier, now or at the end of a day, the newest first."""
    rows = SiteDocument.objects.filter(site_id=site_id).select_related("file", "by")
    if on is None:
        return list(rows.filter(withdrawn_at__isnull=True))
    until = midnight(on + timedelta(days=1))
    return list(rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=until), at__lt=until))


# ---- versions


@dataclass(frozen=True)
class VersionShown:
    """A version in the list: what changed to it, in words; empty for the first."""

    version: SiteVersion
    changes: list[dossiers.Change]
    current: bool


def versions(site: Site) -> list[VersionShown]:
    """Every version of a dossier with what it changed, the newest first."""
    kept = list(SiteVersion.objects.filter(site_id=site.pk).select_related("by").order_by("number"))
    shown_: list[VersionShown] = []
    for place, version in enumerate(kept):
        before = dossiers.read(kept[place - 1].content) if place else None
        changes = dossiers.difference(before, dossiers.read(version.content)) if before else []
        shown_.append(VersionShown(version, changes, current=version.number == site.version))
    return shown_[::-1]


def suggested_code(parent: Grid) -> str:
    """The code after those of a sub-grid's sites: ``…S07`` after ``…S06``, ``…-002`` after ``…-001``."""
    used = [
        code.removeprefix(parent.code)
        for code in Grid.objects.filter(parent_id=parent.pk).values_list("code", flat=True)
        if code.startswith(parent.code)
    ]
    counted = [(tail.rstrip("0123456789"), tail) for tail in used if tail[-1:].isdecimal()]
    if not counted:
        return f"{parent.code}S01"
    head = max(counted, key=lambda pair: len(pair[1]))[0]
    figures = [tail.removeprefix(head) for start, tail in counted if start == head]
    last = max(figures, key=int)
    return f"{parent.code}{head}{int(last) + 1:0{len(last)}}"
