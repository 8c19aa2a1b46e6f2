"""The four fixings on a grid's page of the admin site, with the texts of its own written in place."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids import actions, queries
from grids.forms.charters import RIGHT, OwnCharterForm
from grids.models import CharterKind, Grid


class WithFixings(admin.ModelAdmin):
    """Mixed into the admin class of grids, before ``ModelAdmin``."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.charter_view)
        return [
            path("<path:object_id>/charter/<slug:kind>/", view, name="grids_grid_charter"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        grid = self.get_object(request, unquote(object_id))
        more = _fixings(request, grid) if grid is not None and request.method == "GET" else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def charter_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """Write a task or a method of the grid's own, or let that of its level hold again."""
        if kind not in CharterKind.values:
            raise Http404
        key = unquote(object_id)
        grid = get_object_or_404(self.get_queryset(request), pk=int(key) if key.isdecimal() else 0)
        if not self.has_change_permission(request, grid):
            raise PermissionDenied
        form = OwnCharterForm(request.POST or None, kind=kind, grid=grid, by=request.user)
        if request.method == "POST":
            done = _end(request, grid, kind) if "end" in request.POST else _save(request, form)
            if done:
                return HttpResponseRedirect(reverse("admin:grids_grid_change", args=[grid.pk]) + "#fixings")
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(kind)s of %(grid)s") % {"kind": CharterKind(kind).label, "grid": grid.name},
            "opts": self.opts,
            "original": grid,
            "charter": _own(grid, kind),
            "form": form,
            "media": self.media,
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "grids/admin/charter.html", context, status=status)


def _fixings(request: HttpRequest, grid: Grid) -> dict[str, Any]:
    """The five lines, and a form for each text that may be the grid's own."""
    return {
        "fixings": queries.fixings_of(grid),
        "charters": [
            {
                "kind": kind,
                "own": _own(grid, kind),
                "form": OwnCharterForm(kind=kind, grid=grid, by=request.user),
                "url": reverse("admin:grids_grid_charter", args=[grid.pk, kind]),
            }
            for kind in CharterKind
        ],
    }


def _own(grid: Grid, kind: str) -> Any:
    """The text in force that is the grid's own, if any."""
    charter = queries.charters_of(grid, on=timezone.localdate()).get(kind)
    return charter if charter is not None and charter.grid_id is not None else None


def _save(request: HttpRequest, form: OwnCharterForm) -> bool:
    if not form.is_valid():
        return False
    charter = form.act()
    text = _("%(name)s is set, version %(n)s.") % {"name": charter.name, "n": charter.version}
    messages.success(request, text)
    return True


def _end(request: HttpRequest, grid: Grid, kind: str) -> bool:
    try:
        ended = actions.end_charter_of_grid(kind, grid.pk, by=queries.actor(request.user, RIGHT, grid.pk))
    except Invalid as refused:
        messages.error(request, str(refused))
    else:
        if ended is not None:
            messages.success(request, _("That of its level holds again."))
    return True
