"""The pages of the ledger."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ledgers import queries
from ledgers.forms import EntryFilter
from ledgers.models import Entry
from ledgers.rules import SUBJECTS

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the reader may see of what was done, newest first, by grid, person, subject and time."""
    form = EntryFilter(request.GET or None)
    entries = queries.visible_to(request.user)
    if form.is_bound:
        entries = queries.filtered(entries, form.cleaned_data) if form.is_valid() else entries.none()
    page = Paginator(entries.defer("payload"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "ledgers/index.html", {"title": _("Ledger"), "form": form, "page_obj": page})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its canonical content and whether its digest holds."""
    entry = get_object_or_404(queries.visible_to(request.user), pk=pk)
    return render(
        request,
        "ledgers/detail.html",
        {
            "title": _("Ledger entry %(number)s") % {"number": entry.pk},
            "crumbs": [{"label": _("Ledger"), "url": reverse("ledgers:index")}],
            "entry": entry,
            "intact": queries.intact(entry),
            "content": pretty(entry.payload),
            "subject_url": subject_url(entry),
        },
    )


def pretty(payload: str) -> str:
    """Canonical JSON laid out for reading; as it is, should someone have broken it."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except ValueError:
        return payload


def subject_url(entry: Entry) -> str:
    """Where the subject is shown; empty where it has no page. Who may not see it gets 404 there."""
    kind = SUBJECTS.get(entry.subject_type)
    if kind is None or not kind.url:
        return ""
    try:
        return reverse(kind.url, args=[entry.subject_id])
    except NoReverseMatch:
        return ""
