"""Units in the admin site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from grids.models import open_on
from people.admin.common import Acting, is_autocomplete
from people.admin.filters import UnitOpen
from people.forms import NewUnitForm, UnitForm
from people.models import Unit, User
from people.queries import grids_in_scope
from people.rules import Right


@admin.register(Unit)
class UnitAdmin(Acting):
    form = UnitForm
    add_form = NewUnitForm
    list_display = ("code", "name", "kind", "grid", "staff", "opened_on", "closed_on")
    list_filter = (UnitOpen, "kind")
    list_select_related = ("grid",)
    list_per_page = 50
    search_fields = ("code", "name", "name_en", "grid__name", "grid__code")
    ordering = ("kind", "code")
    autocomplete_fields = ("grid",)

    @admin.display(description=pgettext_lazy("column", "In post today"), ordering="staff")
    def staff(self, unit: Any) -> int:
        return int(unit.staff)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        new = ("code", "kind", "name", "name_en", "grid", "opened_on")
        return (*new, "closed_on") if obj else new

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "kind", "grid", "opened_on") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        grids = grids_in_scope(cast(User, request.user), Right.ADMINISTER)
        found = Unit.objects.filter(grid__in=grids.values("pk")).order_by(*self.ordering)
        if is_autocomplete(request):
            return found.filter(closed_on__isnull=True)
        today = open_on(timezone.localdate(), prefix="postings__") & Q(postings__person__is_active=True)
        return found.annotate(staff=Count("postings__person", filter=today, distinct=True))
