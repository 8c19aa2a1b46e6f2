"""People as a workbook, taken away and brought in, under the list of people in the admin site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from common.errors import Invalid
from common.workbooks import NotAWorkbook
from people import actions, exports, importing
from people.forms import ConfirmImportForm, PeopleBookForm, packed
from people.importing import ImportPlan
from people.models import Posting, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeopleBooks(admin.ModelAdmin):
    """The addresses of export and import."""

    def book_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="people_user_import"),
            path("import/blank.xlsx", view(self.blank_view), name="people_user_blank"),
            path("export/", view(self.export_view), name="people_user_export"),
        ]

    # ---- out

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The people of the list, as it is narrowed, with their postings of today and to come."""
        try:
            people = self.get_changelist_instance(request).get_queryset(request).order_by("username")
        except IncorrectLookupParameters:  # an address made by hand
            return HttpResponseRedirect(reverse("admin:people_user_changelist"))
        return _export(request, people)

    def blank_view(self, request: HttpRequest) -> HttpResponse:
        return _book(exports.people_workbook([], []), "people.xlsx")

    # ---- in

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload, preview, confirm. The workbook goes along with the preview: nothing is kept meanwhile."""
        if request.method != "POST":
            return self._page(request, form=PeopleBookForm())
        if "confirm" in request.POST:
            return self._confirm(request)
        form = PeopleBookForm(request.POST, request.FILES)
        if form.is_valid():
            content, name = form.cleaned_data["workbook"]
            return self._preview(request, content, name, form=form)
        return self._page(request, form=form, status=422)

    def _preview(
        self, request: HttpRequest, content: bytes, name: str, *, form: PeopleBookForm, status: int = 200
    ) -> HttpResponse:
        try:
            found = importing.plan(content, by=cast(User, request.user))
        except NotAWorkbook as fault:
            form.add_error("workbook", str(fault))
            return self._page(request, form=form, status=422)
        confirm = ConfirmImportForm(
            initial={"content": packed(content), "digest": found.digest, "name": name}
        )
        more = {"plan": found, "name": name, "confirm": confirm}
        return self._page(request, form=form, status=422 if found.problems else status, **more)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmImportForm(request.POST)
        again = PeopleBookForm()
        if not form.is_valid():
            messages.error(request, _("The preview did not come back whole. Please send the workbook again."))
            return self._page(request, form=again, status=422)
        data = form.cleaned_data
        try:
            done = actions.import_people(
                data["content"], by=cast(User, request.user), digest=data["digest"], name=data["name"]
            )
        except Invalid as refusal:
            messages.warning(request, str(refusal))
            return self._preview(request, data["content"], data["name"], form=again, status=409)
        except NotAWorkbook as fault:
            messages.error(request, str(fault))
            return self._page(request, form=again, status=422)
        messages.success(request, _said(done))
        to = "admin:people_user_first_passwords" if done.new else "admin:people_user_changelist"
        return HttpResponseRedirect(reverse(to))

    def _page(
        self, request: HttpRequest, *, form: PeopleBookForm, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import people"),
            "opts": self.opts,
            "form": form,
            **more,
        }
        return TemplateResponse(request, "people/admin/import.html", context, status=status)


@require_safe
def _export(request: HttpRequest, people: QuerySet[User]) -> HttpResponse:
    rows = list(people)
    actions.note_people_export(by=cast(User, request.user), rows=len(rows))
    content = exports.people_workbook(rows, _postings_of(people))
    return _book(content, f"people-{timezone.localdate():%Y%m%d}.xlsx")


def _postings_of(people: QuerySet[User]) -> QuerySet[Posting]:
    """Their postings of today and to come."""
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())
    return (
        Posting.objects.filter(lasting, person__in=people.order_by().values("pk"))
        .exclude(valid_to=F("valid_from"))
        .select_related("person", "grid", "unit")
        .order_by("person__username", "valid_from", "id")
    )


def _book(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _said(done: ImportPlan) -> str:
    """What an import did, and what comes next."""
    text = _(
        "Imported: %(new)s people entered, %(changed)s changed; %(posted)s postings begun, %(ended)s ended."
    )
    said = text % {
        "new": len(done.new),
        "changed": len(done.changed),
        "posted": len(done.posted),
        "ended": len(done.ended),
    }
    if not done.new:
        return said
    next_step = ngettext(
        "The new person can log in once a first password is issued.",
        "The new people can log in once first passwords are issued.",
        len(done.new),
    )
    return f"{said} {next_step}"
