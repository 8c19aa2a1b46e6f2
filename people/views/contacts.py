"""Whom to call about a grid, today or as it was; to read, to take away and to print."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from grids.models import Grid
from grids.rules import SITE_LEVEL
from grids.views import tree
from grids.views.day import asked_day, day_context
from people import actions, contacts, exports
from people.models import Posting, User
from people.queries import grids_in_scope

PER_PAGE = 100
MOST_PRINTED = 5000  # a second's work, some 140 pages; a workbook takes any number
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A grid's own people, those of the grids above and the units at home there; or everyone below it."""
    on = asked_day(request)
    grid = _seen(request, pk, on=on)
    if on is not None and on < grid.opened_on:
        return tree.not_yet(request, grid, on)
    below = _wants_below(request) and grid.level < SITE_LEVEL
    name = contacts.names_on([grid.pk], on).get(grid.pk, grid.name) if on else grid.name
    context: dict[str, Any] = {
        "title": (_("Who was in post in %(grid)s") if on else _("Whom to call about %(grid)s"))
        % {"grid": name},
        "crumbs": [
            {"label": name, "url": reverse("grids:detail", args=[grid.pk])},
            {"label": _("Contacts"), "url": ""},
        ],
        "grid": grid,
        "below": below,
        "tabs": _tabs(grid, below=below, on=on),
        "keep": [("below", "1")] if below else [],
        "taken": "?below=1" if below else "",
        **day_context(request, on),
    }
    if below:
        words = request.GET.get("q", "").strip()[:64]
        people = contacts.people_below(grid, on=on)
        if words:
            people = contacts.matching(people, words, on=on)
            context["keep"] = [*context["keep"], ("q", words)]
        page_obj = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": page_obj, "rows": _named(list(page_obj), on), "words": words}
    else:
        context["groups"] = contacts.contacts(grid, on=on)
    return render(request, "people/contacts.html", context)


def _tabs(grid: Grid, *, below: bool, on: date | None) -> list[dict[str, Any]]:
    if grid.level == SITE_LEVEL:
        return []
    rest = f"&on={on.isoformat()}" if on else ""
    return [
        {"label": _("This grid and upwards"), "url": f"?below={rest}", "active": not below},
        {"label": _("Everyone below"), "url": f"?below=1{rest}", "active": below},
    ]


def _named(postings: list[Posting], on: date | None) -> list[tuple[str, Posting]]:
    """Each posting with the name of its place, as it was then."""
    names = contacts.names_on({p.grid_id for p in postings if p.grid_id}, on) if on else {}
    return [(names.get(posting.grid_id or 0, posting.place_name), posting) for posting in postings]


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as a workbook; who took it away stands in the ledger."""
    grid, below = _seen(request, pk), _wants_below(request)
    lines = list(chain(contacts.lines(grid), contacts.lines_below(grid) if below else ()))
    _note(request, grid, kind="xlsx", below=below, rows=len(lines))
    return _file(exports.contacts_workbook(lines), XLSX, f"contacts-{grid.code}.xlsx")


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for print."""
    grid, below = _seen(request, pk), _wants_below(request)
    near = contacts.lines(grid)
    lower = list(contacts.lines_below(grid)) if below else []
    if len(lower) > MOST_PRINTED:
        text = _("%(n)s people are too many to print. Take the workbook, or print a lower grid.")
        messages.warning(request, text % {"n": len(lower)})
        return redirect(f"{reverse('people:contacts', args=[grid.pk])}?below=1")
    _note(request, grid, kind="pdf", below=below, rows=len(near) + len(lower))
    content = exports.contacts_sheet(grid, near=near, below=lower)
    return _file(content, "application/pdf", f"contacts-{grid.code}.pdf")


def _seen(request: HttpRequest, pk: int, *, on: date | None = None) -> Grid:
    """The grid, if it lies in the reader's sight, today or as it was on a day gone by; 404 otherwise."""
    user = cast(User, request.user)
    grid = grids_in_scope(user, on=on).filter(pk=pk).first()
    if (
        grid is None and on is not None
    ):  # before it was opened it lay in nobody's sight: who sees it now is told
        grid = grids_in_scope(user).filter(pk=pk, opened_on__gt=on).first()
    if grid is None:
        raise Http404
    return grid


def _wants_below(request: HttpRequest) -> bool:
    return bool(request.GET.get("below"))


def _note(request: HttpRequest, grid: Grid, *, kind: str, below: bool, rows: int) -> None:
    user = cast(User, request.user)
    actions.note_contacts_export(grid, by=user, kind=kind, below=below, rows=rows)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
