"""Pages of the tree: what lies in the reader's scope, one grid, and its map."""

from __future__ import annotations

import hashlib

from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _

from grids import hooks, queries, rules
from grids.models import Grid

PAGE = 20


def tree(request: HttpRequest) -> HttpResponse:
    """The tree from the tops of the reader's scope down; ``q`` searches names and codes in it."""
    words = request.GET.get("q", "").strip()[:64]
    context: dict[str, object] = {
        "title": _("Grids"),
        "words": words,
        "labels": queries.level_labels(),
    }
    if words:
        found = queries.search(queries.in_scope(request.user), words)
        context["page_obj"] = Paginator(found, PAGE).get_page(request.GET.get("page"))
    else:
        tops = list(queries.tops(request.user))
        context["tops"] = tops
        context["branches"] = list(queries.children(tops[0].pk)) if len(tops) == 1 else []
    return render(request, "grids/tree.html", context)


def children(request: HttpRequest, pk: int) -> HttpResponse:
    """The fragment with the grids directly under one; the page of the grid shows the same."""
    grid = visible(request, pk)
    context = {"branches": queries.children(grid.pk), "labels": queries.level_labels()}
    return render(request, "grids/_branches.html", context)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One grid: where it is, what lies below, its map, and what rooms above know of it."""
    grid = visible(request, pk)
    labels = queries.level_labels()
    counts = queries.counts_under([grid.pk]).get(grid.pk, {})
    shows_sites = grid.level >= rules.SUBGRID_LEVEL or request.GET.get("show") == "sites"
    below = queries.sites_under(grid.pk) if shows_sites else queries.children(grid.pk)
    context = {
        "title": grid.name,
        "grid": grid,
        "site": getattr(grid, "site", None),
        "label": labels.get(grid.level, ""),
        "labels": labels,
        "counts": [{"label": labels.get(level, level), "value": counts[level]} for level in sorted(counts)],
        "crumbs": crumbs(request, grid),
        "shows_sites": shows_sites,
        "tabs": below_tabs(grid, labels, counts, shows_sites),
        "page_obj": Paginator(below, PAGE).get_page(request.GET.get("page")),
        "panels": hooks.panels(request, grid),
        **map_addresses(grid),
    }
    return render(request, "grids/detail.html", context)


def geojson(request: HttpRequest) -> HttpResponse:
    """Areas (or sites, as points) of ``level`` at or under the grid ``under``: 404 out of scope."""
    under, level = number(request, "under"), number(request, "level")
    grid = visible(request, under)
    body = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(
        {"type": "FeatureCollection", "features": queries.features(grid.pk, level=level)}
    )
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        body, content_type="application/geo+json; charset=utf-8"
    )
    response["ETag"] = etag
    patch_cache_control(response, private=True, max_age=60)
    return response


# ---- helpers


def visible(request: HttpRequest, pk: int) -> Grid:
    """The grid if it lies in the reader's scope, else 404."""
    return get_object_or_404(queries.in_scope(request.user).select_related("site"), pk=pk)


def number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def crumbs(request: HttpRequest, grid: Grid) -> list[dict[str, str]]:
    """The grid's line; those above the reader's scope are named, not linked."""
    line = queries.ancestors(grid.pk) or [grid]
    known = set(
        queries.in_scope(request.user)
        .filter(pk__in=[above.pk for above in line])
        .values_list("pk", flat=True)
    )
    return [
        {
            "label": above.name,
            "url": reverse("grids:detail", args=[above.pk])
            if above.pk in known and above.pk != grid.pk
            else "",
        }
        for above in line
    ]


def below_tabs(
    grid: Grid, labels: dict[int, str], counts: dict[int, int], shows_sites: bool
) -> list[dict[str, object]]:
    """Two lists of what lies below: the next level, and the sites. None where they are the same."""
    if grid.level >= rules.SUBGRID_LEVEL:
        return []
    address = reverse("grids:detail", args=[grid.pk])
    next_level = grid.level + 1
    return [
        {
            "label": labels.get(next_level, ""),
            "url": address,
            "active": not shows_sites,
            "count": counts.get(next_level, 0),
        },
        {
            "label": labels.get(rules.SITE_LEVEL, ""),
            "url": f"{address}?show=sites",
            "active": shows_sites,
            "count": counts.get(rules.SITE_LEVEL, 0),
        },
    ]


def map_addresses(grid: Grid) -> dict[str, str]:
    """The areas of the next level, from a village down with the sites; a sub-grid its own area."""
    address = f"{reverse('grids:geojson')}?under={grid.pk}&level="
    if grid.level == rules.SITE_LEVEL:
        return {"map_url": f"{address}{rules.SITE_LEVEL}", "points_url": ""}
    level = min(grid.level + 1, rules.SUBGRID_LEVEL)
    points = f"{address}{rules.SITE_LEVEL}" if grid.level >= rules.VILLAGE_LEVEL else ""
    return {"map_url": f"{address}{level}", "points_url": points}
