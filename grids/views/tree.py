"""Pages of the tree, today and on any day: what lies in the reader's scope, one grid, its map, its life."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _

from grids import hooks, queries, rules
from grids.models import Grid
from grids.queries import dossiers, life
from grids.views.day import asked_day, day_context

PAGE = 20


def tree(request: HttpRequest) -> HttpResponse:
    """The tree from the tops of the reader's scope down; ``q`` searches names and codes in it."""
    on = asked_day(request)
    words = request.GET.get("q", "").strip()[:64]
    context: dict[str, object] = {
        "title": _("Grids"),
        "words": words,
        "keep": [("q", words)] if words else [],
        "labels": queries.level_labels(on=on),
        **day_context(request, on),
    }
    if words:
        found = queries.search(queries.in_scope(request.user, on=on), words, on=on)
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        page.object_list = queries.named(page.object_list, on=on)
        context["page_obj"] = page
    else:
        tops = queries.named(queries.tops(request.user, on=on).select_related("parent"), on=on)
        context["tops"] = tops
        if on is not None and not tops and (first := _first_day(request.user, on)) is not None:
            return render(request, "grids/tree_not_yet.html", {**context, "first_day": first})
        context["branches"] = _branches(tops[0].pk, on) if len(tops) == 1 else []
    return render(request, "grids/tree.html", context)


def _first_day(user: Any, on: date) -> date | None:
    """The day the first grid of the reader's scope was opened, where the day asked for lies before it."""
    first: date | None = queries.in_scope(user).aggregate(first=Min("opened_on"))["first"]
    return first if first is not None and on < first else None


def children(request: HttpRequest, pk: int) -> HttpResponse:
    """The fragment with the grids directly under one; the page of the grid shows the same."""
    on = asked_day(request)
    grid = visible(request, pk, on=on)
    context = {
        "branches": _branches(grid.pk, on),
        "labels": queries.level_labels(on=on),
        **day_context(request, on),
    }
    return render(request, "grids/_branches.html", context)


def _branches(grid_id: int, on: date | None) -> list[Grid]:
    return queries.named(queries.children(grid_id, on=on).select_related("site", "parent"), on=on)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One grid, today or on a day: where it is, what lies below, its map, its life, and what rooms above
    know of it. A closed one is shown as it was on its last day."""
    asked = asked_day(request)
    grid = visible(request, pk, on=asked)
    on = asked
    if grid.closed_on is not None and (asked is None or asked >= grid.closed_on):
        on = grid.closed_on - timedelta(days=1)
    if asked is not None and asked < grid.opened_on:
        return not_yet(request, grid, asked)
    told = told_until(request.user, grid, asked)
    (grid,) = queries.named([grid], on=on)
    labels = queries.level_labels(on=on)
    counts = queries.counts_under([grid.pk], on=on).get(grid.pk, {})
    shows_sites = grid.level >= rules.SUBGRID_LEVEL or request.GET.get("show") == "sites"
    below = queries.sites_under(grid.pk, on=on) if shows_sites else queries.children(grid.pk, on=on)
    page = Paginator(below.select_related("site", "parent"), PAGE).get_page(request.GET.get("page"))
    page.object_list = queries.named(page.object_list, on=on)
    site = getattr(grid, "site", None)
    context = {
        "title": grid.name,
        "grid": grid,
        "shown_on": on,
        "dossier": dossiers.dossier_page(site, on=on, user=request.user) if site else None,
        "links": dossiers.site_links(grid, request.user) if grid.level < rules.SITE_LEVEL else None,
        "fixings": queries.fixings_of(grid, on=on),
        "label": labels.get(grid.level, ""),
        "labels": labels,
        "counts": [{"label": labels.get(level, level), "value": counts[level]} for level in sorted(counts)],
        "crumbs": crumbs(request, grid, on=on),
        "shows_sites": shows_sites,
        "tabs": below_tabs(grid, labels, counts, shows_sites, on=asked),
        "page_obj": page,
        "keep_sites": [("show", "sites")],
        "panels": hooks.panels(request, grid, on),
        "steps": [_step(event) for event in life.events(grid) if told is None or event.on <= told],
        "heirs": life.heirs(grid) if grid.closed_on and told is None else [],
        "may_change": queries.in_scope(request.user, "administer").filter(pk=grid.pk).exists(),
        "sees_blind_spots": queries.in_scope(request.user, "read_ledger").filter(pk=grid.pk).exists(),
        **day_context(request, asked),
        **map_addresses(grid, on),
        "around_url": _around(request, grid, on),
    }
    return render(request, "grids/detail.html", context)


def _around(request: HttpRequest, grid: Grid, on: date | None) -> str:
    """What lies around a site: its village's sub-grids, or its own where the reader sees no more."""
    if grid.level != rules.SITE_LEVEL:
        return ""
    line = [above for above in queries.ancestors(grid.pk, on=on) if above.level >= rules.VILLAGE_LEVEL]
    keys = [above.pk for above in line]
    seen = set(queries.in_scope(request.user, on=on).filter(pk__in=keys).values_list("pk", flat=True))
    upper = next((key for key in keys if key in seen and key != grid.pk), None)
    if upper is None:
        return ""
    day = f"&on={on.isoformat()}" if on else ""
    return f"{reverse('grids:geojson')}?under={upper}{day}&level={rules.SUBGRID_LEVEL}"


def _step(event: hooks.Event) -> dict[str, Any]:
    """An event as the timeline shows it."""
    ahead = event.on > timezone.localdate()
    return {
        "title": str(event.text),
        "at": event.on,
        "url": event.url,
        "tone": event.tone,
        "ahead": ahead,
    }


def not_yet(request: HttpRequest, grid: Grid, asked: date) -> HttpResponse:
    """The grid did not exist on the day: what it came from did."""
    context = {
        "title": grid.name,
        "grid": grid,
        "origins": life.origins(grid),
        "crumbs": crumbs(request, grid, on=None),
        **day_context(request, asked),
    }
    return render(request, "grids/not_yet.html", context)


def geojson(request: HttpRequest) -> HttpResponse:
    """Areas (or sites, as points) of ``level`` at or under the grid ``under``: 404 out of scope."""
    on = asked_day(request)
    under, level = number(request, "under"), number(request, "level")
    grid = visible(request, under, on=on)
    body = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(
        {"type": "FeatureCollection", "features": queries.features(grid.pk, level=level, on=on)}
    )
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        body, content_type="application/geo+json; charset=utf-8"
    )
    response["ETag"] = etag
    patch_cache_control(response, private=True, max_age=60)
    return response


# ---- helpers


def visible(request: HttpRequest, pk: int, *, on: date | None = None) -> Grid:
    """The grid if it lies in the reader's scope today, on the day asked for or on its last day; else 404."""
    grid = Grid.objects.select_related("site", "parent").filter(pk=pk).first()
    if grid is None or grid.never_was:
        raise Http404
    days = [None, on, grid.closed_on - timedelta(days=1) if grid.closed_on else None]
    for day in dict.fromkeys(days):
        if queries.in_scope(request.user, on=day).filter(pk=pk).exists():
            return grid
    raise Http404


def told_until(user: Any, grid: Grid, on: date | None) -> date | None:
    """The day up to which a reader learns of a grid's life; None for all of it.

    Who sees it on a day gone by alone learns nothing of what became of it since.
    """
    if on is None:
        return None
    last = grid.closed_on - timedelta(days=1) if grid.closed_on else None
    seen = queries.in_scope(user, on=last).filter(pk=grid.pk)
    return None if seen.exists() else on


def number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def crumbs(request: HttpRequest, grid: Grid, *, on: date | None = None) -> list[dict[str, str]]:
    """The grid's line; those above the reader's scope are named, not linked."""
    line = queries.ancestors(grid.pk, on=on) or [grid]
    known = set(
        queries.in_scope(request.user, on=on)
        .filter(pk__in=[above.pk for above in line])
        .values_list("pk", flat=True)
    )
    query = f"?on={on.isoformat()}" if on else ""
    return [
        {
            "label": above.name,
            "url": reverse("grids:detail", args=[above.pk]) + query
            if above.pk in known and above.pk != grid.pk
            else "",
        }
        for above in line
    ]


def below_tabs(
    grid: Grid, labels: dict[int, str], counts: dict[int, int], shows_sites: bool, *, on: date | None
) -> list[dict[str, object]]:
    """Two lists of what lies below: the next level, and the sites. None where they are the same."""
    if grid.level >= rules.SUBGRID_LEVEL:
        return []
    address = reverse("grids:detail", args=[grid.pk])
    day = f"on={on.isoformat()}" if on else ""
    next_level = grid.level + 1
    return [
        {
            "label": labels.get(next_level, ""),
            "url": f"{address}?{day}" if day else address,
            "active": not shows_sites,
            "count": counts.get(next_level, 0),
        },
        {
            "label": labels.get(rules.SITE_LEVEL, ""),
            "url": f"{address}?show=sites{'&' + day if day else ''}",
            "active": shows_sites,
            "count": counts.get(rules.SITE_LEVEL, 0),
        },
    ]


def map_addresses(grid: Grid, on: date | None = None) -> dict[str, Any]:
    """The areas of the next level, from a village down with the sites; a sub-grid its own area."""
    day = f"&on={on.isoformat()}" if on else ""
    address = f"{reverse('grids:geojson')}?under={grid.pk}{day}&level="
    if grid.level == rules.SITE_LEVEL:
        return {"map_url": f"{address}{rules.SITE_LEVEL}", "points_url": ""}
    level = min(grid.level + 1, rules.SUBGRID_LEVEL)
    points = f"{address}{rules.SITE_LEVEL}" if grid.level >= rules.VILLAGE_LEVEL else ""
    return {"map_url": f"{address}{level}", "points_url": points}
