"""Tasks and assessment methods in the admin site: a new version is written, no version is changed."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from common.errors import NotAllowed
from grids import actions, charters, queries
from grids.admin.filters import ByLevel, ByReach
from grids.forms.charters import RIGHT, CharterForm, initial_of
from grids.models import Charter, Grid, open_on


@admin.register(Charter)
class CharterAdmin(admin.ModelAdmin):
    form = CharterForm
    list_display = ("name", "kind", "level_name", "grid", "version", "document", "valid_from", "valid_to")
    list_filter = ("kind", ByLevel, ByReach)
    list_select_related = ("grid",)
    search_fields = ("name", "document", "grid__name", "grid__code")
    autocomplete_fields = ("grid",)
    ordering = ("kind", "level", "grid", "-version")
    change_form_template = "grids/admin/charter_form.html"
    change_list_template = "grids/admin/charter_list.html"
    actions = None

    @admin.display(description=gettext_lazy("level"), ordering="level")
    def level_name(self, charter: Charter) -> str:
        return queries.level_labels().get(charter.level, str(charter.level))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charter]:
        """Those of levels, and of the grids the person administers."""
        mine = queries.in_scope(request.user, RIGHT).values("pk")
        return Charter.objects.filter(Q(grid__isnull=True) | Q(grid_id__in=mine))

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns, the names of levels asked for once."""
        labels = queries.level_labels()

        @admin.display(description=gettext_lazy("level"), ordering="level")
        def level(charter: Charter) -> str:
            return labels.get(charter.level, str(charter.level))

        return tuple(level if name == "level_name" else name for name in self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return super().get_fields(request, obj)
        texts = ("name", "name_en", "text", "text_en", "document")
        return ("kind", "level_name", "grid", "version", *texts, "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("level_name",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = cast(type[CharterForm], super().get_form(request, obj, change=change, **kwargs))
        form.by = request.user  # a class of this request alone: the factory makes one each time
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version starts from the one in force."""
        today = timezone.localdate()
        given: dict[str, Any] = {**super().get_changeform_initial_data(request), "valid_from": today}
        level, grid = (_whole(given.pop(name, None)) for name in ("level", "grid"))
        if grid and not queries.in_scope(request.user, RIGHT).filter(pk=grid).exists():
            grid = None
        of = {"grid": grid} if grid else {"grid": None, "level": level}
        rows = self.get_queryset(request).filter(open_on(today), kind=str(given.get("kind", "")), **of)
        if (row := rows.first()) is not None:
            given |= initial_of(row)
        given |= {name: value for name, value in (("level", level), ("grid", grid)) if value}
        return given

    def save_model(self, request: HttpRequest, obj: Charter, form: Any, change: bool) -> None:
        obj.pk = form.act().pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs below these rows."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the ledger has it."""

    # ---- the usual ones

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("install/", view(self.install_view), name="grids_charter_install"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        have = set(Charter.objects.filter(grid__isnull=True).values_list("kind", "level"))
        lacking = sum((row.kind, row.level) not in have for row in charters.CHARTERS)
        return super().changelist_view(request, {**(extra_context or {}), "lacking": lacking})

    def install_view(self, request: HttpRequest) -> HttpResponse:
        """Take over the usual texts for the levels that have none."""
        if request.method != "POST":
            raise PermissionDenied
        try:
            root: Grid = queries.administered_district(request.user)
        except NotAllowed as refused:
            raise PermissionDenied(str(refused)) from refused
        by = queries.actor(request.user, RIGHT, root.pk)
        n = actions.install_charters(root_id=root.pk, by=by, since=timezone.localdate())
        messages.success(request, ngettext("%(n)s text taken over.", "%(n)s texts taken over.", n) % {"n": n})
        return HttpResponseRedirect(reverse("admin:grids_charter_changelist"))


def _whole(text: object) -> int | None:
    """A number from an address, small enough for a key."""
    sent = str(text or "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else None
