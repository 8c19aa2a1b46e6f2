"""Pages of a site's dossier: changed, its versions, its documents; a site opened and closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Invalid, StaleVersion
from grids import actions, dossiers, queries, rules
from grids.actions.dossiers import keeper
from grids.forms.dossiers import CloseForm, DocumentForm, DossierForms, MainForm, NewMainForm
from grids.models import Grid, Risk, Site, SiteDocument, SiteVersion
from grids.queries import dossiers as asked
from grids.queries import positions
from grids.queries.blind_spots import district
from grids.views.tree import crumbs
from ledgers import documents

FORM = require_http_methods(["GET", "HEAD", "POST"])


def in_sight(request: HttpRequest, pk: int, *, level: int = rules.SITE_LEVEL) -> Grid:
    """The open grid of a level in the reader's scope; 404 otherwise."""
    grids = queries.in_scope(request.user).filter(closed_on__isnull=True)
    return get_object_or_404(grids.select_related("site", "parent"), pk=pk, level=level)


def trail(request: HttpRequest, grid: Grid) -> list[dict[str, str]]:
    """The line of grids with the grid itself a link: a page below its own."""
    line = crumbs(request, grid)
    line[-1] = {"label": grid.name, "url": reverse("grids:detail", args=[grid.pk])}
    return line


# ---- the dossier


@FORM
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a dossier says. If it was changed meanwhile both are shown, and nothing typed is lost."""
    grid = in_sight(request, pk)
    keeper(request.user, pk)
    if request.method != "POST":
        said = asked.contents([pk])[pk]
        shown = {"name": grid.name, "called": grid.name, "version": grid.site.version}
        return _dossier_page(request, grid, DossierForms.of(MainForm, said, **shown))
    if "add" in request.POST:
        typed = DossierForms.typed(MainForm, request.POST, add=request.POST["add"])
        return _dossier_page(request, grid, typed)
    forms = DossierForms(MainForm, data=request.POST)
    if forms.is_valid():
        moved = forms.place != (float(grid.site.lon), float(grid.site.lat))
        if moved and grid.parent and (aside := _aside(request, grid.parent, forms)):
            return _dossier_page(request, grid, forms, status=422, aside=aside)
        try:
            return _changed(request, grid, forms)
        except StaleVersion as stale:
            return _stale(request, grid, forms, stale.seen)
        except Invalid as wrong:
            forms.add_errors(wrong.fields)
    return _dossier_page(request, grid, forms, status=422)


def _aside(request: HttpRequest, parent: Grid, forms: DossierForms) -> dict[str, Any] | None:
    """What is asked of a position outside the sub-grid; None where it lies within, where this very position
    was confirmed, and where it is too far off to be confirmed: the action says that."""
    lon, lat = forms.place
    place = f"{lon:.6f},{lat:.6f}"
    known = district(parent.tree_id)
    if request.POST.get("confirmed_place") == place or positions.fault(known, lon, lat):
        return None
    metres = positions.outside(known, parent.pk, lon, lat)
    return {"grid": parent, "far": positions.distance(metres), "place": place} if metres else None


def _changed(request: HttpRequest, grid: Grid, forms: DossierForms) -> HttpResponse:
    typed = forms.main.cleaned_data
    site = actions.change_dossier(
        grid.pk,
        forms.content(),
        by=request.user,
        version=typed["version"] or 0,
        note=typed["note"],
        name=forms.new_name,
    )
    if site.version != typed["version"]:
        messages.success(request, _("The dossier is kept as version %(n)s.") % {"n": site.version})
    elif forms.new_name is not None:
        messages.success(request, _("The site is now called %(name)s.") % {"name": site.grid.name})
    else:
        messages.success(request, _("Nothing was changed: the dossier says this already."))
    return redirect("grids:detail", grid.pk)


def _stale(request: HttpRequest, grid: Grid, forms: DossierForms, seen: int) -> HttpResponse:
    """What the other changed, and the form again: what this person typed upon what now stands."""
    now = asked.contents([grid.pk])[grid.pk]
    site = Site.objects.get(pk=grid.pk)
    kept = {
        version.number: version
        for version in SiteVersion.objects.filter(site=site, number__gte=seen).select_related("by")
    }
    before = dossiers.read(kept[seen].content) if seen in kept else now
    merged, both = dossiers.merge(before, forms.content(), now)
    typed = forms.main.cleaned_data
    name = typed["name"] if forms.new_name else grid.name
    again = DossierForms.of(
        MainForm, merged, name=name, called=grid.name, version=site.version, note=typed["note"]
    )
    return _dossier_page(
        request,
        grid,
        again,
        status=409,
        meanwhile={
            "version": kept.get(site.version),
            "changes": dossiers.difference(before, now),
            "both": both,
        },
    )


def _dossier_page(
    request: HttpRequest, grid: Grid, forms: DossierForms, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "title": _("Change the dossier"),
        "crumbs": trail(request, grid),
        "grid": grid,
        "forms": forms,
        "draft": f"dossier-{grid.pk}",
        "submit": _("Keep this dossier"),
        "cancel_url": reverse("grids:detail", args=[grid.pk]),
        **more,
    }
    return render(request, "grids/dossier_form.html", context, status=status)


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of a dossier, with what each changed."""
    grid = in_sight(request, pk)
    context = {
        "title": _("Versions of the dossier"),
        "crumbs": trail(request, grid),
        "grid": grid,
        "versions": asked.versions(grid.site),
    }
    return render(request, "grids/dossier_versions.html", context)


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A dossier as a version has it."""
    grid = in_sight(request, pk)
    kept = get_object_or_404(SiteVersion.objects.select_related("by"), site_id=pk, number=number)
    day = timezone.localdate(kept.at)
    context = {
        "title": _("Version %(n)s of the dossier") % {"n": number},
        "crumbs": [
            *trail(request, grid),
            {"label": _("Versions of the dossier"), "url": reverse("grids:dossier_versions", args=[pk])},
        ],
        "grid": grid,
        "dossier": {
            **asked.shown(dossiers.read(kept.content), today=day),
            "site": grid.site,
            "version": kept,
            "number": number,
            "alone": True,
        },
    }
    return render(request, "grids/dossier_version.html", context)


# ---- a site opened and closed


@FORM
def site_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a site under a sub-grid, with its dossier."""
    parent = in_sight(request, pk, level=rules.SUBGRID_LEVEL)
    keeper(request.user, pk)
    if request.method != "POST":
        initial = {"code": asked.suggested_code(parent), "risk": Risk.ORDINARY.value, "system": "wgs84"}
        return _new_page(request, parent, DossierForms(NewMainForm, initial=initial))
    if "add" in request.POST:
        typed = DossierForms.typed(NewMainForm, request.POST, add=request.POST["add"])
        return _new_page(request, parent, typed)
    forms = DossierForms(NewMainForm, data=request.POST)
    if forms.is_valid():
        said = forms.main.cleaned_data
        if aside := _aside(request, parent, forms):
            return _new_page(request, parent, forms, status=422, aside=aside)
        try:
            site = actions.open_site(
                parent.pk,
                forms.content(),
                code=said["code"],
                name=said["name"],
                by=request.user,
                note=said["note"],
            )
        except Invalid as wrong:
            forms.add_errors(wrong.fields)
        else:
            done = _("%(name)s is open in %(parent)s.") % {"name": site.grid.name, "parent": parent.name}
            messages.success(request, done)
            return redirect("grids:detail", site.pk)
    return _new_page(request, parent, forms, status=422)


def _new_page(
    request: HttpRequest, parent: Grid, forms: DossierForms, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "title": _("Open a site"),
        "crumbs": trail(request, parent),
        "grid": parent,
        "forms": forms,
        "draft": f"site-new-{parent.pk}",
        "submit": _("Open the site"),
        "cancel_url": reverse("grids:detail", args=[parent.pk]),
        **more,
    }
    return render(request, "grids/dossier_form.html", context, status=status)


@FORM
def site_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a site that is no more."""
    grid = in_sight(request, pk)
    keeper(request.user, grid.parent_id or 0)
    form = CloseForm(request.POST if request.method == "POST" else None, site=grid)
    if form.is_valid():
        successor = form.cleaned_data["successor"]
        try:
            actions.close_site(
                pk,
                by=request.user,
                reason=form.cleaned_data["reason"],
                successor_id=successor.pk if successor else None,
            )
        except Invalid as wrong:
            for name, text in wrong.fields.items():
                form.add_error(name if name in form.fields else None, text)
        else:
            messages.success(request, _("%(name)s is closed. Its dossier is kept.") % {"name": grid.name})
            return redirect("grids:detail", grid.parent_id)
    context = {
        "title": _("Close %(name)s") % {"name": grid.name},
        "crumbs": trail(request, grid),
        "grid": grid,
        "form": form,
    }
    return render(request, "grids/site_close.html", context, status=422 if form.is_bound else 200)


# ---- documents


@FORM
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a document to a dossier."""
    grid = in_sight(request, pk)
    keeper(request.user, pk)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    if form.is_valid():
        try:
            made = actions.attach_document(
                pk, form.cleaned_data["file"], form.cleaned_data["title"], by=request.user
            )
        except Invalid as wrong:
            for name, text in wrong.fields.items():
                form.add_error(name, text)
        else:
            messages.success(request, _("%(title)s is attached.") % {"title": made.title})
            return redirect("grids:detail", pk)  # at its head, where the message stands
    context = {
        "title": _("Attach a document"),
        "crumbs": trail(request, grid),
        "grid": grid,
        "form": form,
    }
    return render(request, "grids/document_form.html", context, status=422 if form.is_bound else 200)


@require_safe
def document(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A document of a dossier in sight. One that was withdrawn is not handed out."""
    grid = in_sight(request, pk)
    found = get_object_or_404(
        SiteDocument.objects.select_related("file"), pk=number, site_id=grid.pk, withdrawn_at__isnull=True
    )
    return documents.response(found.file, name=found.name)


@require_POST
def document_withdraw(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take a document off a dossier."""
    grid = in_sight(request, pk)
    found = get_object_or_404(SiteDocument, pk=number, site_id=grid.pk)
    actions.withdraw_document(found.pk, by=request.user)
    messages.success(request, _("%(title)s is taken off the dossier.") % {"title": found.title})
    return redirect("grids:detail", pk)
