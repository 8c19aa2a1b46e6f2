"""What lists of versions are narrowed by, in words."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids import rules
from grids.queries import level_labels

Lookups = list[tuple[str, Any]]


class ByLevel(SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        labels = level_labels()
        levels = range(rules.DISTRICT_LEVEL, rules.SITE_LEVEL + 1)
        return [(str(level), labels.get(level, str(level))) for level in levels]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(level=int(value)) if value and value in "12345" else queryset


class ByVersion(SimpleListFilter):
    title = pgettext_lazy("filter", "version")
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("last", _("The latest")), ("former", _("Replaced"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("last", "former"):
            return queryset.filter(valid_to__isnull=self.value() == "last")
        return queryset


class ByReach(SimpleListFilter):
    title = pgettext_lazy("filter", "holds for")
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("level", _("All grids of a level")), ("grid", _("One grid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("level", "grid"):
            return queryset.filter(grid__isnull=self.value() == "level")
        return queryset
