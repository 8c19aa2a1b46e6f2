"""The tree for programs: grids, what lies below them, sites, boundaries and their life, as of any day.

Read only, JSON, scoped by the person as the pages are; out of scope is 404.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grids import queries, rules
from grids.locate import locate
from grids.models import Boundary, Grid, Naming, open_on
from grids.queries import life
from grids.views.tree import told_until

LEVELS = {str(level) for level in range(rules.DISTRICT_LEVEL, rules.SITE_LEVEL + 1)}


class Pages(CursorPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = ("level", "pk")


def asked_day(request: Request) -> date | None:
    """``?on=2017-06-01``; None for today. Raises ``ValidationError`` for what is no day up to today."""
    typed = request.query_params.get("on")
    if typed is None:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise ValidationError({"on": _("Write a day as 2017-06-01.")}) from None
    today = timezone.localdate()
    if day > today:
        raise ValidationError({"on": _("This day lies ahead.")})
    return None if day == today else day


def find(request: Request, code: str, on: date | None) -> Grid:
    """The grid that had this code on the day, else the one that has it; 404 where the person may not see it.

    A code comes again: on the day of its former bearer it means that one alone.
    """
    grids = Grid.objects.select_related("site", "parent")
    then = Naming.objects.filter(open_on(on or timezone.localdate()), code=code).values("grid_id")
    grid = grids.filter(pk__in=then).first() or grids.filter(code=code).first()
    if grid is None or grid.never_was:
        raise Http404
    days = [None, on, grid.closed_on - timedelta(days=1) if grid.closed_on else None]
    if not any(
        queries.in_scope(request.user, on=day).filter(pk=grid.pk).exists() for day in dict.fromkeys(days)
    ):
        raise Http404
    return grid


def plain(grid: Grid) -> dict[str, Any]:
    """A grid as every answer gives it; names are those of the day asked for."""
    return {
        "code": grid.code,
        "name": grid.name,
        "level": grid.level,
        "opened_on": grid.opened_on.isoformat(),
        "closed_on": grid.closed_on.isoformat() if grid.closed_on else None,
    }


def listed(request: Request, view: APIView, grids: QuerySet[Grid], on: date | None) -> Response:
    """One page of grids, under the names of the day."""
    pages = Pages()
    page = pages.paginate_queryset(grids.select_related("parent", "site"), request, view=view) or []
    return pages.get_paginated_response([plain(grid) for grid in queries.named(page, on=on)])


class Grids(APIView):
    """Every grid in sight on the day; ``level`` and ``under`` (a code) narrow it."""

    def get(self, request: Request) -> Response:
        on = asked_day(request)
        found = queries.in_scope(request.user, on=on)
        if on is None:
            found = found.filter(closed_on__isnull=True)
        if under := request.query_params.get("under"):
            above = find(request, under, on)
            found = found.filter(pk__in=queries.below([above.pk], on=on).values("descendant_id"))
        if level := request.query_params.get("level"):
            if level not in LEVELS:
                raise ValidationError({"level": _("Levels are whole numbers from 1 to 5.")})
            found = found.filter(level=int(level))
        return listed(request, self, found, on)


class OneGrid(APIView):
    """One grid on the day: where it lay, how many grids of each level below it."""

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        (named,) = queries.named([grid], on=on)
        return Response(
            {
                **plain(named),
                "existed": _existed(grid, on or timezone.localdate()),
                "line": [
                    {"code": above.code, "name": above.name, "level": above.level}
                    for above in queries.ancestors(grid.pk, on=on)
                ],
                "below": {
                    str(level): count
                    for level, count in sorted(
                        queries.counts_under([grid.pk], on=on).get(grid.pk, {}).items()
                    )
                },
            }
        )


def _existed(grid: Grid, day: date) -> bool:
    return grid.opened_on <= day and (grid.closed_on is None or day < grid.closed_on)


class Children(APIView):
    """The grids directly below one on the day."""

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        return listed(request, self, queries.children(grid.pk, on=on), on)


class Sites(APIView):
    """The sites anywhere below a grid on the day."""

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        return listed(request, self, queries.sites_under(grid.pk, on=on), on)


class Area(APIView):
    """The boundary of a grid on the day, as a GeoJSON feature; a geometry of null where none was drawn."""

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        area = Boundary.objects.filter(open_on(on or timezone.localdate()), grid_id=grid.pk).first()
        (named,) = queries.named([grid], on=on)
        return Response(
            {
                "type": "Feature",
                "geometry": area.geometry if area else None,
                "properties": {
                    **plain(named),
                    "valid_from": area.valid_from.isoformat() if area else None,
                    "valid_to": area.valid_to.isoformat() if area and area.valid_to else None,
                    "illustrative": area.illustrative if area else False,
                },
            }
        )


class Life(APIView):
    """What happened to a grid, the newest first; up to the day, where it is in sight on that day only."""

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        told = told_until(request.user, grid, on)
        return Response(
            [
                {"on": event.on.isoformat(), "text": str(event.text)}
                for event in life.events(grid)
                if told is None or event.on <= told
            ]
        )


class Locate(APIView):
    """The finest grid that holds a place, degrees of WGS-84; null where none of the person's does."""

    def get(self, request: Request) -> Response:
        lon, lat = _degrees(request, "lon", 180), _degrees(request, "lat", 90)
        key = locate(lon, lat)
        grid = queries.in_scope(request.user).filter(pk=key).first() if key is not None else None
        return Response({"grid": plain(grid) if grid else None})


def _degrees(request: Request, name: str, most: int) -> float:
    try:
        value = float(request.query_params.get(name, ""))
    except ValueError:
        raise ValidationError({name: _("Write degrees as 113.85.")}) from None
    if not -most <= value <= most:  # NaN too
        raise ValidationError({name: _("Write degrees as 113.85.")})
    return value
