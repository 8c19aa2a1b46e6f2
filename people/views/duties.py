"""Responsibility lists: one's own to read and acknowledge, and who has acknowledged which."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Invalid, NotAllowed
from grids.models import Grid
from grids.queries import level_labels
from grids.rules import TOWN_LEVEL
from people import actions, duties, queries
from people.backends import administers_district
from people.models import DutyList, User
from people.rules import Right

PAGE = 30
NO_TOWN = "none"  # in the address: posted at the district itself


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The lists in force for the person's postings of today."""
    return _mine(request)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has read the list of a posting of theirs; 404 for another's."""
    user = _user(request)
    posting = next((one for one in queries.current_postings(user) if one.pk == pk), None)
    if posting is None:
        raise Http404
    sent = request.POST.get("duty_list", "")
    try:
        actions.acknowledge(int(sent) if sent.isascii() and sent.isdecimal() else 0, pk, by=user)
    except Invalid as refused:
        messages.warning(request, str(refused))
        return _mine(request, status=422)
    messages.success(
        request,
        _("Acknowledged: %(role)s, %(place)s.")
        % {"role": posting.get_role_display(), "place": posting.place_name},
    )
    return redirect("people:duties")


def _mine(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    user = _user(request)
    context = {
        "title": _("My duties"),
        "crumbs": [
            {"label": _("My account"), "url": reverse("people:me")},
            {"label": _("My duties"), "url": ""},
        ],
        "duties": duties.duties(queries.current_postings(user)),
        "may_read": queries.has_right(user, Right.READ_LEDGER),
    }
    return render(request, "people/duties.html", context, status=status)


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list by role and level, and how many in the reader's grids have acknowledged it."""
    rows = duties.overview(_grids(request))
    context = {
        "title": _("Responsibility lists"),
        "crumbs": [
            {"label": _("My duties"), "url": reverse("people:duties")},
            {"label": _("Responsibility lists"), "url": ""},
        ],
        "rows": [row for row in rows if row.posted],
        "unused": [row for row in rows if not row.posted],
        "labels": level_labels(),
        "posted": sum(row.posted for row in rows),
        "owing": sum(row.owing for row in rows if row.duty_list),
        "unlisted": sum(row.posted for row in rows if row.duty_list is None),
        "may_write": administers_district(_user(request)),
    }
    return render(request, "people/duty_lists.html", context)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its text, counted by town, and the people who have not acknowledged it."""
    grids = _grids(request)
    duty_list = get_object_or_404(DutyList, pk=pk)
    today = timezone.localdate()
    in_force = duty_list.valid_from <= today and (duty_list.valid_to is None or today < duty_list.valid_to)
    posted = duties.under_list(duty_list, grids, on=today) if in_force else None
    towns = duties.by_town(posted) if posted is not None else []
    town = request.GET.get("town", "")
    labels = level_labels()
    context = {
        "title": duty_list.label,
        "crumbs": [
            {"label": _("Responsibility lists"), "url": reverse("people:duty_lists")},
            {"label": duty_list.label, "url": ""},
        ],
        "duty_list": duty_list,
        "in_force": in_force,
        "label": labels.get(duty_list.level, ""),
        "town_label": labels.get(TOWN_LEVEL, ""),
        "towns": towns,
        "chosen": next((row for row in towns if _key(row) == town), None),
        "posted": sum(row.posted for row in towns),
        "signed": sum(row.signed for row in towns),
        "may_write": administers_district(_user(request)),
    }
    if posted is not None:
        owing = duties.owing(posted)
        if context["chosen"] is not None:
            owing = owing.filter(town_id=int(town)) if town != NO_TOWN else owing.filter(town_id__isnull=True)
        context["page_obj"] = Paginator(owing, PAGE).get_page(request.GET.get("page"))
    return render(request, "people/duty_list.html", context)


def _key(row: duties.InTown) -> str:
    return str(row.town.pk) if row.town else NO_TOWN


def _grids(request: HttpRequest) -> QuerySet[Grid]:
    """The grids whose people the reader oversees. Raises ``NotAllowed`` for who oversees none."""
    user = _user(request)
    if not queries.has_right(user, Right.READ_LEDGER):
        raise NotAllowed(_("Lists of others are for those who lead, dispatch, assess or administer."))
    return queries.grids_in_scope(user, Right.READ_LEDGER)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware
