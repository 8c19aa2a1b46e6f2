"""Sites in the admin site: found by what their dossiers say, changed on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids import queries
from grids.admin.tree import RIGHT, ReadOnly
from grids.models import Grid, Permit, Site


class Surveyed(admin.SimpleListFilter):
    """Whether anybody has been there to look."""

    title = _("survey")
    parameter_name = "surveyed"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", pgettext_lazy("filter", "Surveyed")), ("no", _("Not surveyed yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("yes", "no"):
            return queryset.filter(surveyed_on__isnull=self.value() == "no")
        return queryset


class PermitExpired(admin.SimpleListFilter):
    """Sites with a permit that has ended."""

    title = _("permits")
    parameter_name = "permit"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("expired", _("With an expired permit"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "expired":
            ended = Permit.objects.filter(site_id=OuterRef("pk"), valid_until__lt=timezone.localdate())
            return queryset.filter(Exists(ended))
        return queryset


@admin.register(Site)
class SiteAdmin(ReadOnly):
    """The sites of the administrator's grids; each leads to its page, where it is changed."""

    list_display = ("name", "code", "sub_grid", "kind", "risk", "address", "surveyed_on", "version")
    fields = (
        "name", "code", "sub_grid", "kind", "risk", "address", "lon", "lat", "contact_name", "contact_phone",
        "credit_code", "industry", "surveyed_on", "remarks", "version", "illustrative",
    )  # fmt: skip
    list_filter = (
        "kind",
        "risk",
        Surveyed,
        PermitExpired,
        ("grid__closed_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("grid__parent",)
    search_fields = ("grid__name", "grid__code", "grid__parent__name", "address", "credit_code")
    ordering = ("grid__tree_id", "grid__lft")
    list_per_page = 50
    actions = None
    change_list_template = "grids/admin/site_list.html"
    change_form_template = "grids/admin/site_form.html"

    @admin.display(description=_("name"), ordering="grid__name")
    def name(self, site: Site) -> str:
        return site.grid.name

    @admin.display(description=_("code"), ordering="grid__code")
    def code(self, site: Site) -> str:
        return site.grid.code

    @admin.display(description=pgettext_lazy("column", "sub-grid"), ordering="grid__parent__lft")
    def sub_grid(self, site: Site) -> str:
        return site.grid.parent.name if site.grid.parent else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Site]:
        scope = queries.in_scope(request.user, RIGHT)
        return super().get_queryset(request).filter(grid_id__in=scope.values("pk"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Under the name of the site, which its row does not bear itself."""
        site = self.get_object(request, object_id)
        name = site.grid.name if site else ""
        return super().change_view(request, object_id, form_url, {"subtitle": name, **(extra_context or {})})

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With links to the workbook and the labels of each district or grid administered."""
        scope = queries.in_scope(request.user, RIGHT).filter(closed_on__isnull=True)
        tops: QuerySet[Grid] = scope.exclude(parent_id__in=scope.values("pk")).order_by("tree_id", "lft")
        return super().changelist_view(request, {"tops": tops[:3], **(extra_context or {})})
