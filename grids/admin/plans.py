"""Plans in the admin site: a workbook is sent here; the plan itself has its own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids import actions, queries
from grids.admin.tree import RIGHT, ReadOnly
from grids.forms.plans import UploadForm
from grids.models import Plan


@admin.register(Plan)
class PlanAdmin(ReadOnly):
    list_display = ("id", "title", "root", "state", "effective_on", "planned_by", "approved_by", "applied_at")
    list_filter = ("state", "source")
    list_select_related = ("root", "planned_by", "approved_by")
    search_fields = ("title", "note")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        return queries.plans_visible_to(request.user).defer(
            "target", "operations", "objections", "areas", "undo"
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who administers a whole district plans for it."""
        return queries.in_scope(request.user, RIGHT).filter(level=1, closed_on__isnull=True).exists()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send a workbook; the answer is the plan's page, with its objections if it has any."""
        if not self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        districts = (
            queries.in_scope(request.user, RIGHT).filter(level=1, closed_on__isnull=True).order_by("code")
        )
        form = UploadForm(request.POST or None, request.FILES or None, districts=districts)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                plan = actions.plan_workbook(
                    data["file"].read(),
                    root_id=data["district"].pk,
                    on=data["on"],
                    by=request.user,
                    title=data["title"] or data["file"].name.rpartition(".")[0],
                    note=data["note"],
                )
            except Invalid as refused:
                for field, text in refused.fields.items():
                    form.add_error(field if field in form.fields else None, text)
            else:
                return HttpResponseRedirect(reverse("grids:plan", args=[plan.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Plan from a workbook"),
            "opts": self.opts,
            "form": form,
            "districts": districts,
        }
        return TemplateResponse(
            request, "grids/admin/upload.html", context, status=422 if form.errors else 200
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("grids:plan", args=[object_id]))
