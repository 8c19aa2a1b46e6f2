"""Sites as workbooks: taken away, and brought in after a look at what would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import workbooks
from common.errors import Invalid, StaleVersion
from grids import actions, queries, rules
from grids.actions.dossiers import keeper
from grids.actions.site_import import XLSX
from grids.forms.dossiers import ConfirmForm, ImportForm
from grids.models import Grid
from grids.queries.dossiers import contents, open_sites
from grids.sitebooks import sheets
from grids.sitebooks.plan import Planned
from grids.views.dossiers import FORM, trail
from ledgers.models import StoredFile

MOST_LINES = 200


def above_sites(request: HttpRequest, pk: int) -> Grid:
    """The open grid in the reader's scope under which sites may lie; 404 otherwise."""
    grids = queries.in_scope(request.user).filter(closed_on__isnull=True, level__lt=rules.SITE_LEVEL)
    return get_object_or_404(grids, pk=pk)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Every open site below a grid with all of its dossier; who took it away stands in the ledger."""
    grid = above_sites(request, pk)
    sites = list(open_sites(grid.pk))
    content = workbooks.write(sheets.filled(sites, contents(site.pk for site in sites)))
    actions.note_export(grid.pk, by=request.user, what="sites", rows=len(sites))
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="sites-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer


@FORM
def import_sites(request: HttpRequest, pk: int) -> HttpResponse:
    """A workbook is looked at and every fault told; without one, what it would do is shown and confirmed."""
    grid = above_sites(request, pk)
    keeper(request.user, pk)
    if request.method != "POST":
        return _page(request, grid, ImportForm())
    if "sha256" in request.POST:
        return _confirmed(request, grid)
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _looked_at(request, grid, form)
        except Invalid as wrong:
            form.add_error("file", wrong.fields["file"])
    return _page(request, grid, form, status=422)


def _looked_at(request: HttpRequest, grid: Grid, form: ImportForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    if upload.size > workbooks.MOST_BYTES:
        raise Invalid({"file": _("The file is larger than 20 MB.")})
    content = upload.read()
    planned = actions.preview_sites(grid.pk, content, by=request.user)
    if planned.problems:
        return _page(request, grid, form, status=422, planned=planned)
    file = actions.keep_workbook(grid.pk, content, by=request.user)
    return _preview(request, grid, planned, file, note=form.cleaned_data["note"])


def _confirmed(request: HttpRequest, grid: Grid) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    file = get_object_or_404(StoredFile, sha256=said["sha256"], content_type=XLSX)
    with file.file.open("rb") as kept:
        content = kept.read()
    try:
        planned = actions.import_sites(
            grid.pk, content, by=request.user, digest=said["digest"], note=said["note"]
        )
    except StaleVersion as stale:
        planned = actions.preview_sites(grid.pk, content, by=request.user)
        if planned.problems:
            return _page(request, grid, ImportForm(), status=422, planned=planned)
        return _preview(request, grid, planned, file, note=said["note"], meanwhile=str(stale))
    except Invalid as wrong:
        planned = actions.preview_sites(grid.pk, content, by=request.user)
        return _page(request, grid, ImportForm(), status=422, planned=planned, said=str(wrong))
    messages.success(
        request,
        _("%(new)s sites opened, %(changed)s changed, %(unchanged)s as they were.")
        % {"new": len(planned.new), "changed": len(planned.changed), "unchanged": planned.unchanged},
    )
    return redirect(f"{reverse('grids:detail', args=[grid.pk])}?show=sites")


def _preview(
    request: HttpRequest, grid: Grid, planned: Planned, file: StoredFile, *, note: str, meanwhile: str = ""
) -> HttpResponse:
    confirm = ConfirmForm(initial={"sha256": file.sha256, "digest": planned.digest, "note": note})
    context = {
        "title": _("Look at the import of sites"),
        "crumbs": trail(request, grid),
        "grid": grid,
        "form": confirm,
        "meanwhile": meanwhile,
        "planned": planned,
        "n": len(planned.new) + len(planned.changed),
        "new": planned.new[:MOST_LINES],
        "changed": [(one, one.changes()) for one in planned.changed[:MOST_LINES]],
        "new_left": max(len(planned.new) - MOST_LINES, 0),
        "changed_left": max(len(planned.changed) - MOST_LINES, 0),
        "outside": planned.outside[:20],
    }
    return render(request, "grids/sites_preview.html", context, status=409 if meanwhile else 200)


def _page(
    request: HttpRequest,
    grid: Grid,
    form: ImportForm,
    *,
    status: int = 200,
    planned: Planned | None = None,
    said: str = "",
) -> HttpResponse:
    problems = planned.problems if planned else []
    context: dict[str, Any] = {
        "title": _("Import sites"),
        "crumbs": trail(request, grid),
        "grid": grid,
        "form": form,
        "said": said,
        "problems": problems[:MOST_LINES],
        "count": len(problems),
        "left": max(len(problems) - MOST_LINES, 0),
    }
    return render(request, "grids/sites_import.html", context, status=status)
