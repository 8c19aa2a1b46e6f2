"""Units in the admin site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from people.admin.common import Acting
from people.forms import NewUnitForm, UnitForm
from people.models import Unit, User
from people.queries import grids_in_scope
from people.rules import Right


@admin.register(Unit)
class UnitAdmin(Acting):
    form = UnitForm
    add_form = NewUnitForm
    list_display = ("code", "name", "kind", "grid", "opened_on", "closed_on")
    list_filter = ("kind",)
    list_select_related = ("grid",)
    search_fields = ("code", "name")
    autocomplete_fields = ("grid",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        new = ("code", "kind", "name", "name_en", "grid", "opened_on")
        return (*new, "closed_on") if obj else new

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "kind", "grid", "opened_on") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        grids = grids_in_scope(cast(User, request.user), Right.ADMINISTER)
        return Unit.objects.filter(grid__in=grids.values("pk"))
