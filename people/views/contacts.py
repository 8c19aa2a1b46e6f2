"""Whom to call about a grid."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people import queries
from people.models import User


@require_safe
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for a grid: its own people, those of the grids above, and the units at home there."""
    user = cast(User, request.user)
    grid = queries.grids_in_scope(user).filter(pk=pk).first()
    if grid is None:
        raise Http404
    return render(
        request,
        "people/contacts.html",
        {
            "title": _("Whom to call about %(grid)s") % {"grid": grid.name},
            "crumbs": [{"label": grid.name, "url": _page_of(grid.pk)}, {"label": _("Contacts"), "url": ""}],
            "groups": queries.contacts(grid),
        },
    )


def _page_of(grid_id: int) -> str:
    try:
        return reverse("grids:detail", args=[grid_id])
    except NoReverseMatch:
        return ""
