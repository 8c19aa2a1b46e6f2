"""The tree in the admin site: shown as a tree, changed by the room's actions alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid, StaleVersion
from grids import actions, queries
from grids.forms.tree import MoveForm
from grids.models import Grid, LevelLabel, Site

RIGHT = "administer"


class ReadOnly(admin.ModelAdmin):
    """Rows that are looked at here and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Grid)
class GridAdmin(admin.ModelAdmin):
    """The name can be changed, the place only by a move with its preview, nothing be deleted."""

    list_filter = ("level", ("closed_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    ordering = ("tree_id", "lft")
    fields = ("code", "name", "level_name", "parent", "opened_on", "closed_on")
    readonly_fields = ("code", "level_name", "parent", "opened_on", "closed_on")
    change_form_template = "grids/admin/change_form.html"
    change_list_template = "grids/admin/change_list.html"
    list_per_page = 50
    actions = None

    def get_list_display(self, request: HttpRequest) -> tuple[str | Callable[[Any], str | bool], ...]:
        """The columns, the names of levels asked for once."""
        labels = queries.level_labels()

        @admin.display(description=gettext_lazy("level"), ordering="level")
        def level(grid: Grid) -> str:
            return labels.get(grid.level, str(grid.level))

        return ("code", "name", level, "parent", "opened_on", "closed_on")

    @admin.display(description=gettext_lazy("level"), ordering="level")
    def level_name(self, grid: Grid) -> str:
        return queries.level_labels().get(grid.level, str(grid.level))

    # ---- who

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grid]:
        """The grids the person administers; others do not exist here."""
        return queries.in_scope(request.user, RIGHT).select_related("parent")

    # ---- the tree

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("tree/", view(self.tree_view), name="grids_grid_tree"),
            path("<path:object_id>/children/", view(self.children_view), name="grids_grid_children"),
            path("<path:object_id>/move/", view(self.move_view), name="grids_grid_move"),
            *super().get_urls(),
        ]

    def tree_view(self, request: HttpRequest) -> HttpResponse:
        """The tree, its branches fetched when opened."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        scope = self.get_queryset(request)
        open_grids = scope.filter(closed_on__isnull=True)
        tops = queries.with_counts(open_grids).exclude(parent_id__in=scope.values("pk"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Tree of grids"),
            "opts": self.opts,
            "tops": [(top, queries.children(top.pk)) for top in tops.order_by("tree_id", "lft")[:3]],
            "labels": queries.level_labels(),
        }
        return TemplateResponse(request, "grids/admin/tree.html", context)

    def children_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The fragment with the grids directly under one."""
        grid = self._grid(request, object_id)
        context = {"branches": queries.children(grid.pk), "labels": queries.level_labels()}
        return TemplateResponse(request, "grids/admin/_branches.html", context)

    # ---- changes

    def save_model(self, request: HttpRequest, obj: Grid, form: ModelForm[Grid], change: bool) -> None:
        actor = queries.actor(request.user, RIGHT, obj.pk)
        actions.rename_grid(obj.pk, name=form.cleaned_data["name"], by=actor)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Nothing: the ledger has it."""

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask where to, show what the move would change, then move the tree that was shown, or none."""
        grid = self._grid(request, object_id)
        grids = self.get_queryset(request)
        form = MoveForm(request.POST or None, grid=grid, grids=grids)
        preview = None
        if form.is_valid():
            if request.POST.get("version", "").isdecimal() and "confirm" in request.POST:
                answer = self._move(request, grid, form)
                if answer is not None:
                    return answer
            if not form.errors:
                preview = queries.move_preview(grid, form.cleaned_data["target"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move %(name)s") % {"name": grid.name},
            "opts": self.opts,
            "original": grid,
            "line": queries.ancestors(grid.pk),
            "label": self.level_name(grid),
            "form": form,
            "preview": preview,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "grids/admin/move.html", context, status=status)

    def _move(self, request: HttpRequest, grid: Grid, form: MoveForm) -> HttpResponse | None:
        """The answer once moved; None where the form is to be shown again, with what is wrong."""
        target = form.cleaned_data["target"]
        try:
            actions.move_grid(
                grid.pk,
                parent_id=target.pk,
                by=queries.actor(request.user, RIGHT, grid.pk),
                version=int(request.POST["version"]),
                note=form.cleaned_data["note"],
            )
        except StaleVersion:
            text = _(
                "The tree was changed after you looked at it. Nothing was moved; this is how it stands now."
            )
            messages.warning(request, text)
            return None
        except Invalid as refused:
            for field, text in refused.fields.items():
                form.add_error("target" if field == "parent" else None, text)
            return None
        done = _("%(name)s now belongs to %(target)s.") % {"name": grid.name, "target": target.name}
        messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:grids_grid_change", args=[grid.pk]))

    def _grid(self, request: HttpRequest, object_id: str) -> Grid:
        if not self.has_change_permission(request):
            raise PermissionDenied
        key = unquote(object_id)
        return get_object_or_404(self.get_queryset(request), pk=int(key) if key.isdecimal() else 0)


@admin.register(LevelLabel)
class LevelLabelAdmin(ReadOnly):
    list_display = ("level", "name", "name_en", "valid_from", "valid_to")
    ordering = ("level", "valid_from")


@admin.register(Site)
class SiteAdmin(ReadOnly):
    list_display = ("grid", "kind", "risk", "address")
    list_filter = ("kind", "risk")
    list_select_related = ("grid",)
    search_fields = ("grid__name", "grid__code", "address")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Site]:
        scope = queries.in_scope(request.user, RIGHT)
        return super().get_queryset(request).filter(grid_id__in=scope.values("pk"))
