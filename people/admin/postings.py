"""Postings in the admin site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from people.admin.common import Acting
from people.forms import EndPostingForm, NewPostingForm
from people.models import Posting, User
from people.queries import grids_in_scope
from people.rules import Right


@admin.register(Posting)
class PostingAdmin(Acting):
    """A posting is entered and ended; another role or place is another posting."""

    form = EndPostingForm
    add_form = NewPostingForm
    list_display = ("person", "role", "grid", "unit", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("person", "grid", "unit")
    search_fields = ("person__name", "person__username", "grid__name", "unit__name")
    autocomplete_fields = ("person", "grid", "unit")
    ordering = ("-valid_from", "-id")
    fields = ("person", "role", "grid", "unit", "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "role", "grid", "unit", "valid_from") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        grids = grids_in_scope(cast(User, request.user), Right.ADMINISTER).values("pk")
        return Posting.objects.filter(Q(grid_id__in=grids) | Q(unit__grid_id__in=grids))
