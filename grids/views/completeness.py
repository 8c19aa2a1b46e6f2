"""How complete the four fixings are: by the grids below one, and which grids lack what."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from grids import actions, completeness_book, queries, rules
from grids.fixings import Fixing
from grids.models import Grid
from grids.queries import fixings
from grids.views.day import asked_day, day_context
from grids.views.tree import crumbs, number, visible

PAGE = 30
ANY = "any"  # in the address: what lacks anything
MOST_TOPS = 8  # of someone posted in several places
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """The grids below one (the reader's top by default), how many lack what; or those that lack it."""
    on = asked_day(request)
    tops = list(queries.tops(request.user, on=on)[:MOST_TOPS])
    grid = _grid(request, tops, on)
    context: dict[str, Any] = {"title": _("Completeness of the four fixings"), **day_context(request, on)}
    if grid is None:
        context["keep"] = _pairs(request)
        context["none_then"] = on is not None and queries.tops(request.user).exists()
        return render(request, "grids/completeness.html", context)
    sites = request.GET.get("sites") == "on"
    fixing = _fixing(request)
    kept = _kept(sites=sites, on=on)
    context |= {
        "grid": grid,
        "labels": queries.level_labels(on=on),
        "crumbs": _crumbs(request, grid, kept, on),
        "tops": _top_tabs(tops, grid, kept) if len(tops) > 1 else [],
        "fixings": list(Fixing),
        "kept": f"&{kept}" if kept else "",
        "incomplete_url": f"?under={grid.pk}&lacking={ANY}{'&' + kept if kept else ''}",
        "keep": _pairs(request),
        "export_url": f"{reverse('grids:completeness_export')}?{request.GET.urlencode()}",
    }
    if "lacking" not in request.GET:
        table = fixings.completeness(grid, sites=sites, on=on)
        lowest = rules.SITE_LEVEL if sites else rules.SUBGRID_LEVEL
        context |= {
            "table": table,
            "own": fixings.Lacking(grid, table.own),
            "opens": grid.level + 1 < lowest,
            "tabs": _site_tabs(grid, sites, on),
        }
        return render(request, "grids/completeness.html", context)
    found = fixings.lacking(grid, fixing, sites=sites, on=on)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context |= {
        "lacking_label": fixing.label if fixing else "",
        "tabs": _lacking_tabs(grid, fixing, kept),
        "page_obj": page,
        "rows": fixings.with_grids(page.object_list, on=on),
    }
    return render(request, "grids/lacking.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The table and the grids that lack something as a workbook; that it was taken stands in the ledger."""
    on = asked_day(request)
    grid = _grid(request, list(queries.tops(request.user, on=on)[:1]), on)
    if grid is None:
        raise Http404
    sites = request.GET.get("sites") == "on"
    table = fixings.completeness(grid, sites=sites, on=on)
    found = fixings.lacking(grid, _fixing(request), sites=sites, on=on)
    rows = fixings.with_grids(found[: completeness_book.MOST_ROWS], on=on)
    content = completeness_book.workbook(table, rows, labels=queries.level_labels(on=on))
    actions.note_export(grid.pk, by=request.user, what="completeness", rows=len(rows))
    response = HttpResponse(content, content_type=XLSX)
    name = f"fixings-{grid.code}-{on or timezone.localdate():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _grid(request: HttpRequest, tops: list[Grid], on: date | None) -> Grid | None:
    """The grid asked for, 404 out of scope; else the reader's top, None for a reader without any."""
    if request.GET.get("under"):
        return visible(request, number(request, "under"), on=on)
    return tops[0] if tops else None


def _fixing(request: HttpRequest) -> Fixing | None:
    """What the grids to be listed lack; None for anything. 404 for what is no fixing."""
    asked = request.GET.get("lacking", "") or ANY
    if asked == ANY:
        return None
    if asked not in Fixing.values:
        raise Http404
    return Fixing(asked)


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """What the picker of the day keeps of the address."""
    return [
        (name, value)
        for name, value in request.GET.items()
        if name in ("under", "sites", "lacking") and isinstance(value, str)
    ]


def _kept(*, sites: bool, on: date | None) -> str:
    """What every link of the page keeps of the address."""
    kept = {"sites": "on"} if sites else {}
    return urlencode({**kept, "on": on.isoformat()} if on else kept)


def _crumbs(request: HttpRequest, grid: Grid, kept: str, on: date | None) -> list[dict[str, str]]:
    """The line of grids, each leading to its own table."""
    line = queries.ancestors(grid.pk, on=on) or [grid]
    known = [crumb["url"] != "" for crumb in crumbs(request, grid, on=on)]
    address = reverse("grids:completeness")
    more = f"&{kept}" if kept else ""
    return [
        {"label": above.name, "url": f"{address}?under={above.pk}{more}" if seen else ""}
        for above, seen in zip(line, known, strict=True)
    ]


def _top_tabs(tops: list[Grid], grid: Grid, kept: str) -> list[dict[str, Any]]:
    more = f"&{kept}" if kept else ""
    return [{"label": top.name, "url": f"?under={top.pk}{more}", "active": top.pk == grid.pk} for top in tops]


def _site_tabs(grid: Grid, sites: bool, on: date | None) -> list[dict[str, Any]]:
    """Without or with the sites."""
    return [
        {"label": label, "url": f"?under={grid.pk}{more and '&' + more}", "active": with_sites == sites}
        for with_sites, label in ((False, _("Grids")), (True, _("Grids and sites")))
        for more in [_kept(sites=with_sites, on=on)]
    ]


def _lacking_tabs(grid: Grid, fixing: Fixing | None, kept: str) -> list[dict[str, Any]]:
    more = f"&{kept}" if kept else ""
    choices = [(ANY, pgettext("lacking", "Anything")), *Fixing.choices]
    return [
        {
            "label": label,
            "url": f"?under={grid.pk}&lacking={value}{more}",
            "active": value == (fixing or ANY),
        }
        for value, label in choices
    ]
