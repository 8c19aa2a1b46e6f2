"""The tree in the admin site: shown as a tree, changed by plans made from what is dragged or typed."""

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

from common.errors import DomainError
from grids import actions, queries, rules
from grids.admin.basket import Basket
from grids.admin.fixings import WithFixings
from grids.forms.edits import EDITS, EditForm
from grids.models import Grid, LevelLabel
from grids.restructuring.export import workbook

RIGHT = "administer"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReadOnly(admin.ModelAdmin):
    """Rows that are looked at here and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LevelFilter(admin.SimpleListFilter):
    """By level, called as it is called today."""

    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        labels = queries.level_labels()
        levels = range(rules.DISTRICT_LEVEL, rules.SITE_LEVEL + 1)
        return [(str(level), labels.get(level, str(level))) for level in levels]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Grid]) -> QuerySet[Grid]:
        value = self.value()
        return queryset.filter(level=int(value)) if value and value in "12345" else queryset


@admin.register(Grid)
class GridAdmin(WithFixings):
    """The name can be changed at once; what changes the tree becomes a plan. Nothing is deleted."""

    list_filter = (LevelFilter,)
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    ordering = ("tree_id", "lft")
    fields = ("code", "name", "level_name", "parent", "opened_on")
    readonly_fields = ("code", "level_name", "parent", "opened_on")
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

        return ("code", "name", level, "parent", "opened_on")

    @admin.display(description=gettext_lazy("level"), ordering="level")
    def level_name(self, grid: Grid) -> str:
        return queries.level_labels().get(grid.level, str(grid.level))

    # ---- who

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grid]:
        """The grids the person administers today; others, and closed ones, do not exist here."""
        return queries.in_scope(request.user, RIGHT).select_related("parent")

    # ---- the tree

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("tree/", view(self.tree_view), name="grids_grid_tree"),
            path("basket/", view(self.basket_view), name="grids_grid_basket"),
            path("<path:object_id>/children/", view(self.children_view), name="grids_grid_children"),
            path("<path:object_id>/edit/", view(self.edit_view), name="grids_grid_edit"),
            path("<path:object_id>/workbook/", view(self.workbook_view), name="grids_grid_workbook"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The tree; as a list once something is looked for."""
        if not request.GET:
            return HttpResponseRedirect(reverse("admin:grids_grid_tree"))
        return super().changelist_view(request, extra_context)

    def tree_view(self, request: HttpRequest) -> HttpResponse:
        """The tree, its branches fetched when opened, and the edits put aside for a plan."""
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
            "basket": Basket(request),
        }
        return TemplateResponse(request, "grids/admin/tree.html", context)

    def children_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The fragment with the grids directly under one."""
        grid = self._grid(request, object_id)
        context = {"branches": queries.children(grid.pk), "labels": queries.level_labels()}
        return TemplateResponse(request, "grids/admin/_branches.html", context)

    def workbook_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The district as a workbook, to be changed and planned."""
        root = self._district(request, self._grid(request, object_id))
        content = workbook(root.pk)
        actions.note_export(root.pk, by=request.user, what="workbook")
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{root.code}.xlsx"'
        return answer

    # ---- changes

    def save_model(self, request: HttpRequest, obj: Grid, form: ModelForm[Grid], change: bool) -> None:
        actor = queries.actor(request.user, RIGHT, obj.pk)
        actions.rename_grid(obj.pk, name=form.cleaned_data["name"], by=actor)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Nothing: the ledger has it."""

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move a grid, merge it into another or open one below it: put aside, or planned at once.

        Dragging in the tree leads here too, with ``act`` and ``to`` filled in.
        """
        grid = self._grid(request, object_id)
        act = request.POST.get("act") or request.GET.get("act") or "move"
        if act not in EDITS:
            act = "move"
        root = self._district(request, grid)
        form = EditForm(
            request.POST or None,
            initial={"target": request.GET.get("to", "")},
            act=act,
            grid=grid,
            grids=self.get_queryset(request),
            basket=Basket(request).edits,
        )
        if request.method == "POST" and form.is_valid():
            basket = Basket(request)
            basket.add(form.edit(), leader=form.cleaned_data.get("leader"))
            if "later" in request.POST:
                messages.success(request, _("Put aside. Go on, then plan all of it together."))
                return HttpResponseRedirect(reverse("admin:grids_grid_tree"))
            answer = self._plan(request, basket, root, form)
            if answer is not None:
                return answer
            basket.drop_last()
        context = {
            **self.admin_site.each_context(request),
            "title": EDITS[act].title % {"name": grid.name},
            "opts": self.opts,
            "original": grid,
            "line": queries.ancestors(grid.pk),
            "label": self.level_name(grid),
            "form": form,
            "act": act,
            "acts": [edit for edit in EDITS.values() if edit.fits(grid)],
            "basket": Basket(request),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "grids/admin/edit.html", context, status=status)

    def basket_view(self, request: HttpRequest) -> HttpResponse:
        """Plan what was put aside, or take something out of it."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        basket = Basket(request)
        if "drop" in request.POST:
            basket.drop(request.POST["drop"])
        elif "empty" in request.POST:
            basket.clear()
        elif basket.edits:
            root = self._district(request, get_object_or_404(self.get_queryset(request), code=basket.first))
            answer = self._plan(request, basket, root, None)
            if answer is not None:
                return answer
        return HttpResponseRedirect(reverse("admin:grids_grid_tree"))

    def _plan(
        self, request: HttpRequest, basket: Basket, root: Grid, form: EditForm | None
    ) -> HttpResponse | None:
        """The plan's page; None where the edits could not be planned, which is said."""
        try:
            plan = actions.plan_edits(
                basket.edits,
                root_id=root.pk,
                on=form.cleaned_data["on"] if form else basket.today,
                by=request.user,
                note=form.cleaned_data["note"] if form else "",
                title=basket.title,
                more={"people": {"leaders": basket.leaders}},
            )
        except DomainError as refused:
            if form is not None:
                form.add_error(None, str(refused))
            else:
                messages.error(request, str(refused))
            return None
        basket.clear()
        return HttpResponseRedirect(reverse("grids:plan", args=[plan.pk]))

    def _district(self, request: HttpRequest, grid: Grid) -> Grid:
        """The district of a grid; who administers only a part of it can plan nothing for the whole."""
        root = queries.ancestors(grid.pk)[0]
        if not self.get_queryset(request).filter(pk=root.pk).exists():
            raise PermissionDenied
        return root

    def _grid(self, request: HttpRequest, object_id: str) -> Grid:
        if not self.has_change_permission(request):
            raise PermissionDenied
        key = unquote(object_id)
        return get_object_or_404(self.get_queryset(request), pk=int(key) if key.isdecimal() else 0)


@admin.register(LevelLabel)
class LevelLabelAdmin(ReadOnly):
    list_display = ("level", "name", "name_en", "valid_from", "valid_to")
    ordering = ("level", "valid_from")
