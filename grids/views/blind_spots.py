"""Blind spots at and below a grid: on one page, on its map, and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import NotAllowed
from grids import actions, blind_spot_book, queries, rules
from grids.blind_spots import BlindSpot, Kind
from grids.forms.areas import BlindSpotFilter
from grids.models import Grid
from grids.queries import blind_spots
from grids.queries.blind_spots import Section
from grids.templatetags.grid_words import square_metres
from grids.views import maps
from grids.views.tree import crumbs, number, visible

RIGHT = "read_ledger"
FIRST = 5  # of each kind, where all kinds stand on the page
PAGE = 30
MOST_ON_MAP = 5_000
MOST_ROWS = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind with its count and its first rows, or one kind page by page."""
    grid, kind = _grid(request), _kind(request)
    found = blind_spots.sections(grid, blind_spots.kinds())
    context: dict[str, Any] = {
        "title": _("Blind spots"),
        "grid": grid,
        "labels": queries.level_labels(),
        "crumbs": _crumbs(request, grid, kind),
        "form": _filter(request, grid, kind),
        "kind": kind,
        "tiles": [_tile(section, grid, kind) for section in found],
        "total": sum(len(section.found) for section in found),
        "map_url": _address("grids:blind_spots_map", grid, kind),
        "export_url": _address("grids:blind_spots_export", grid, kind),
        "all_url": _address("grids:blind_spots", grid, None),
        "legend": [
            {
                "label": section.kind.label,
                "tone": section.kind.tone,
                "area": section.kind.sign == "area",
            }
            for section in found
            if section.found and section.kind.sign and kind in (None, section.kind)
        ],
    }
    if kind is None:
        blind_spots.name_rows((section, section.found[:FIRST]) for section in found)
        context["sections"] = found
    else:
        section = next(one for one in found if one.kind == kind)
        page = Paginator(section.found, PAGE).get_page(request.GET.get("page"))
        blind_spots.name_rows([(section, list(page.object_list))])
        context |= {"sections": [section], "page_obj": page}
    context["seen"] = _seen(request, context["sections"])
    return render(request, "grids/blind_spots.html", context)


@require_safe
def blind_spots_map(request: HttpRequest) -> HttpResponseBase:
    """The next level below as it lies, and on it what is not covered."""
    grid, kind = _grid(request), _kind(request)
    found = _wanted(grid, kind)
    blind_spots.name_rows((section, section.found[:MOST_ON_MAP]) for section in found)
    return maps.collection(request, [*_ground(grid), *_features(found)])


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list as a workbook; that it was taken stands in the ledger."""
    grid, kind = _grid(request), _kind(request)
    found = _wanted(grid, kind)
    blind_spots.name_rows((section, section.found[:MOST_ROWS]) for section in found)
    content = blind_spot_book.workbook(found)
    rows = sum(len(section.rows) for section in found)
    actions.note_export(grid.pk, by=request.user, what="blind_spots", rows=rows)
    response = HttpResponse(content, content_type=XLSX)
    name = f"blind-spots-{grid.code}-{timezone.localdate():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ---- what is asked


def _grid(request: HttpRequest) -> Grid:
    """The open grid asked for, or the reader's uppermost: 404 out of scope, 403 without the right."""
    readable = queries.in_scope(request.user, RIGHT).filter(closed_on__isnull=True)
    if request.GET.get("under"):
        grid = visible(request, number(request, "under"))
        if grid.closed_on is not None:
            raise Http404
    else:
        top = readable.order_by("level", "tree_id", "lft").select_related("parent").first()
        if top is None:
            raise NotAllowed(_("Blind spots are for those who lead a grid, and for offices above it."))
        return top
    if not readable.filter(pk=grid.pk).exists():
        raise NotAllowed(_("Blind spots are for those who lead a grid, and for offices above it."))
    return grid


def _kind(request: HttpRequest) -> Kind | None:
    asked = request.GET.get("kind", "")
    if not asked:
        return None
    for kind in blind_spots.kinds():
        if kind.key == asked:
            return kind
    raise Http404


def _wanted(grid: Grid, kind: Kind | None) -> list[Section]:
    return blind_spots.sections(grid, blind_spots.kinds() if kind is None else [kind])


# ---- the page


def _address(name: str, grid: Grid, kind: Kind | None) -> str:
    asked = {"under": grid.pk} | ({"kind": kind.key} if kind else {})
    return f"{reverse(name)}?{urlencode(asked)}"


def _tile(section: Section, grid: Grid, kind: Kind | None) -> dict[str, Any]:
    return {
        "label": section.kind.label,
        "count": len(section.found),
        "hint": square_metres(section.square_metres) if section.square_metres is not None else "",
        "tone": section.kind.tone if section.found else "done",
        "url": _address("grids:blind_spots", grid, section.kind),
        "current": kind == section.kind,
    }


def _crumbs(request: HttpRequest, grid: Grid, kind: Kind | None) -> list[dict[str, str]]:
    """The line of grids, each leading to its own blind spots."""
    line = queries.ancestors(grid.pk) or [grid]
    seen = [crumb["url"] != "" for crumb in crumbs(request, grid)]
    return [
        {"label": above.name, "url": _address("grids:blind_spots", above, kind) if known else ""}
        for above, known in zip(line, seen, strict=True)
    ]


def _filter(request: HttpRequest, grid: Grid, kind: Kind | None) -> BlindSpotFilter:
    """The grid, those above it in the reader's sight, their other tops, and those just below."""
    readable = queries.in_scope(request.user, RIGHT).filter(
        closed_on__isnull=True, level__lt=rules.SITE_LEVEL
    )
    tops = readable.exclude(parent__in=queries.in_scope(request.user, RIGHT).values("pk"))
    near = (
        tops
        | readable.filter(lineage_down__descendant=grid.pk, lineage_down__valid_to__isnull=True)
        | readable.filter(parent=grid.pk)
    )
    rows = near.distinct().order_by("level", "tree_id", "lft").values_list("pk", "name")
    return BlindSpotFilter(
        {"under": grid.pk, "kind": kind.key if kind else ""},
        grids=list(rows) if grid.level < rules.SITE_LEVEL else [*rows, (grid.pk, grid.name)],
        kinds=[(one.key, one.label) for one in blind_spots.kinds()],
    )


def _seen(request: HttpRequest, found: Sequence[Section]) -> set[int]:
    """Those of the second grids that the reader may open; all others lie below the grid of the page."""
    keys = {row.other.pk for section in found for row in section.rows if row.other}
    return (
        set(queries.in_scope(request.user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else keys
    )


# ---- the map


def _ground(grid: Grid) -> Iterator[dict[str, Any]]:
    level = min(grid.level + 1, rules.SUBGRID_LEVEL)
    yield from queries.features(grid.pk, level=level)


def _features(found: Sequence[Section]) -> Iterator[dict[str, Any]]:
    """Whole grids below, then the parts that lie bare or double, then points; the first kinds on top."""
    bare = [row.spot.grid_id for section in found for row in section.rows if _placeless(row.spot)]
    drawn = blind_spots.places(bare) if bare else {}
    wholes: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for section in reversed(found):
        for row in section.rows:
            spot = row.spot
            shown = {
                "name": row.grid.name if row.other is None else f"{row.grid.name} · {row.other.name}",
                "text": _text(section.kind, spot),
                "url": reverse("grids:detail", args=[row.grid.pk]),
                "tone": section.kind.tone,
            }
            if spot.geometry is not None:
                parts.append(maps.feature(spot.geometry, **shown))
            if spot.place is not None:
                points.append(maps.feature(maps.point(spot.place), **shown))
            elif spot.grid_id in drawn:
                wholes.append(maps.feature(drawn[spot.grid_id], **shown))
    yield from (*wholes, *parts, *points)


def _placeless(spot: BlindSpot) -> bool:
    return spot.geometry is None and spot.place is None


def _text(kind: Kind, spot: BlindSpot) -> str:
    more = [str(spot.text)] if spot.text else []
    if spot.square_metres is not None:
        more.append(square_metres(spot.square_metres))
    return " · ".join([str(kind.label), *more])
