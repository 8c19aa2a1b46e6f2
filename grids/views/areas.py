"""Pages of boundaries: one grid's, drawn or typed; many from a file; all below a grid as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from shapely.geometry import shape

from common.coordinates import System
from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions, area_import, areas, queries
from grids.area_import import FeatureFault, Kind, Survey
from grids.areas import NoArea
from grids.forms.areas import BoundaryForm, ConfirmForm, ImportForm, as_text
from grids.models import Boundary, Grid
from grids.queries import fits, outlines
from grids.queries.fits import Misfit
from grids.templatetags.grid_words import square_metres
from grids.views import maps
from grids.views.tree import crumbs, visible
from ledgers.models import StoredFile

RIGHT = "administer"
MOST_LINES = 50  # of changes or faults on the page; the map has all


# ---- the boundary of one grid


@require_http_methods(["GET", "HEAD", "POST"])
def boundary(request: HttpRequest, pk: int) -> HttpResponse:
    """The map with the boundary to draw it anew, and those the grid had before."""
    grid = administered(request, pk)
    if request.method != "POST":
        return _boundary_page(request, grid, _fresh_form(grid))
    form = BoundaryForm(request.POST, request.FILES)
    wrong: NoArea | None = None
    if form.is_valid():
        try:
            misfits, token = _misfits(grid, form)
            if not misfits or request.POST.get("agreed") == token:
                return _set(request, grid, form)
            return _boundary_page(request, grid, form, misfits=misfits, token=token, status=422)
        except NoArea as bad:
            wrong = bad
            form.add_error("geometry", str(bad))
        except Invalid as refused:
            show(form, refused)
    return _boundary_page(request, grid, form, wrong=wrong, status=422)


def _fresh_form(grid: Grid) -> BoundaryForm:
    now = Boundary.objects.filter(grid_id=grid.pk, valid_to__isnull=True).first()
    return BoundaryForm(initial={"geometry": as_text(now.geometry if now else None)})


def _misfits(grid: Grid, form: BoundaryForm) -> tuple[list[Misfit], str]:
    """What would be wrong with the boundary given, and by what agreement to just this is known.

    None where the grid has it already. Raises ``NoArea``.
    """
    data = form.cleaned_data
    wanted = {grid.pk: areas.taken_over(data["area"], system=data["coordinates"])}
    now = Boundary.objects.filter(grid_id=grid.pk, valid_to__isnull=True, illustrative=False).first()
    if now is not None and areas.identical(shape(now.geometry), shape(wanted[grid.pk])):
        return [], ""
    found = fits.misfits(grid.tree_id, wanted)
    return found, fits.token(found, wanted)


def _set(request: HttpRequest, grid: Grid, form: BoundaryForm) -> HttpResponse:
    data = form.cleaned_data
    changed = actions.set_boundary(
        grid.pk, data["area"], by=request.user, on=data["on"], coordinates=data["coordinates"],
        note=data["note"],
    )  # fmt: skip
    if changed:
        text = _("The new boundary of %(grid)s holds from %(day)s.")
        messages.success(request, text % {"grid": grid.name, "day": data["on"].isoformat()})
    else:
        messages.info(request, _("%(grid)s has just this boundary already.") % {"grid": grid.name})
    return redirect("grids:boundary", grid.pk)


def _boundary_page(
    request: HttpRequest,
    grid: Grid,
    form: BoundaryForm,
    *,
    wrong: NoArea | None = None,
    misfits: Sequence[Misfit] = (),
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    form.use_required_attribute = False
    for name in ("geometry", "file"):
        form.fields[name].required = True  # one of the two is, so neither is called optional
    periods = outlines.periods(grid)
    shown = _shown(request, periods)
    context = {
        "title": _("Boundary of %(grid)s") % {"grid": grid.name},
        "grid": grid,
        "labels": queries.level_labels(),
        "crumbs": _crumbs(request, grid),
        "form": form,
        "wrong": wrong,
        "misfits": misfits,
        "token": token,
        "periods": periods,
        "shown": shown,
        "outlines_url": reverse("grids:outlines", args=[grid.pk]) + (f"?show={shown}" if shown else ""),
    }
    return render(request, "grids/boundary.html", context, status=status)


def _shown(request: HttpRequest, periods: Sequence[outlines.Period]) -> int | None:
    """The boundary of another day that the map is to show besides, None for no such boundary."""
    asked = request.GET.get("show", "")
    return next((one.boundary.pk for one in periods if str(one.boundary.pk) == asked), None)


@require_safe
def boundary_outlines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What lies round a grid, to draw by; ``show`` adds a boundary it had before."""
    grid = administered(request, pk)
    features = [
        maps.feature(geometry, name=other.name, role=role) for other, geometry, role in outlines.around(grid)
    ]
    asked = request.GET.get("show", "")
    if asked:
        if not (asked.isascii() and asked.isdecimal() and len(asked) <= 18):
            raise Http404
        past = get_object_or_404(Boundary, pk=int(asked), grid_id=grid.pk)
        name = _("From %(day)s") % {"day": past.valid_from.isoformat()}
        features.append(maps.feature(past.geometry, name=name, role="past"))
    return maps.collection(request, features)


# ---- the boundaries of many


@require_http_methods(["GET", "HEAD", "POST"])
def import_boundaries(request: HttpRequest, pk: int) -> HttpResponse:
    """A file is looked at, every fault told; if there is none, what it would do is shown and confirmed."""
    grid = administered(request, pk)
    if request.method != "POST":
        return _import_page(request, grid, ImportForm())
    if "sha256" in request.POST:
        return _confirmed(request, grid)
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > area_import.MOST_BYTES:
                raise Invalid({"file": _("The file is larger than 20 MB.")})
            file = actions.keep_import(upload.read(), root_id=grid.pk, by=request.user)
            return _looked_at(request, grid, form, file)
        except Invalid as wrong:
            show(form, wrong)
    return _import_page(request, grid, form, status=422)


def _looked_at(
    request: HttpRequest, grid: Grid, form: ImportForm | ConfirmForm, file: StoredFile, *, meanwhile: str = ""
) -> HttpResponse:
    """The preview of a file that is kept, or its faults beside the form for another."""
    given = form.cleaned_data
    found = _survey(grid, file, given["on"], given["coordinates"])
    address = QueryDict(mutable=True)
    address.update({"file": file.sha256, "on": given["on"].isoformat(), "coordinates": given["coordinates"]})
    more = {
        "survey": found,
        "map_url": f"{reverse('grids:import_map', args=[grid.pk])}?{address.urlencode()}",
        "around_url": reverse("grids:outlines", args=[grid.pk]),
    }
    if found.faults:
        again = ImportForm(initial={name: given[name] for name in ("coordinates", "on", "note")})
        return _import_page(request, grid, again, status=422, faults=found.faults, more=more)
    values = {name: given[name] for name in ("coordinates", "on", "note")}
    confirm = ConfirmForm(initial={**values, "sha256": file.sha256, "version": found.version})
    misfits = fits.misfits(grid.tree_id, {change.grid_id: change.geometry for change in found.writes})
    context = {
        "title": _("Import of boundaries"),
        "grid": grid,
        "crumbs": _crumbs(request, grid),
        "form": confirm,
        "given": given | {"system": System(given["coordinates"]).label},
        "meanwhile": meanwhile,
        "counts": [{"label": kind.label, "value": n} for kind, n in found.counts.items()],
        "misfits": misfits[:MOST_LINES],
        "misfits_left": max(len(misfits) - MOST_LINES, 0),
        "changes": found.writes[:MOST_LINES],
        "left": max(len(found.writes) - MOST_LINES, 0),
        "legend": [
            {"label": Kind.NEW.label, "tone": "done", "area": True},
            {"label": Kind.CHANGED.label, "tone": "underway", "area": True},
            {"label": _("As it was before"), "tone": "soon", "area": True},
            {"label": Kind.SAME.label, "tone": "resting", "area": True},
        ],
        **more,
    }
    return render(request, "grids/import_preview.html", context, status=409 if meanwhile else 200)


def _confirmed(request: HttpRequest, grid: Grid) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    file = _kept(data["sha256"])
    try:
        found = actions.import_boundaries(
            _collection(file), root_id=grid.pk, by=request.user, on=data["on"],
            coordinates=data["coordinates"], note=data["note"], version=data["version"], file=file,
        )  # fmt: skip
    except StaleVersion as stale:
        return _looked_at(request, grid, form, file, meanwhile=str(stale))
    except area_import.Refused:
        return _looked_at(request, grid, form, file)
    except Invalid as wrong:
        again = ImportForm(initial=data)
        return _import_page(request, grid, again, status=422, said=str(wrong))
    n = len(found.writes)
    text = ngettext("%(n)s boundary was set.", "%(n)s boundaries were set.", n) % {"n": n}
    messages.success(request, text)
    return redirect("grids:import_boundaries", grid.pk)


def _import_page(
    request: HttpRequest,
    grid: Grid,
    form: ImportForm,
    *,
    status: int = 200,
    faults: list[FeatureFault] | None = None,
    said: str = "",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "title": _("Import boundaries"),
        "grid": grid,
        "crumbs": _crumbs(request, grid),
        "form": form,
        "faults": (faults or [])[:MOST_LINES],
        "left": max(len(faults or []) - MOST_LINES, 0),
        "said": said,
        **(more or {}),
    }
    return render(request, "grids/import_boundaries.html", context, status=status)


@require_safe
def import_map(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What a kept file would do, drawn: before and after, and the places of its faults."""
    grid = administered(request, pk)
    form = ImportForm(request.GET)
    form.fields["file"].required = False
    if not form.is_valid():
        raise Http404
    file = _kept(request.GET.get("file", ""))
    found = _survey(grid, file, form.cleaned_data["on"], form.cleaned_data["coordinates"])
    return maps.collection(request, _drawn(found))


def _drawn(found: Survey) -> Iterator[dict[str, Any]]:
    """What stays, what was, what is to be, where it goes wrong: the later on top."""
    for change in found.changes:
        if change.kind == Kind.SAME:
            yield maps.feature(
                change.geometry, name=change.name, text=str(change.kind.label), tone=change.tone
            )
    for change in found.writes:
        if change.before is not None:
            yield maps.feature(change.before, name=change.name, text=_("As it was before"), tone="soon")
    for change in found.writes:
        text = f"{change.kind.label} · {square_metres(change.square_metres)}"
        yield maps.feature(change.geometry, name=change.name, text=text, tone=change.tone)
    for fault in found.faults:
        if fault.place is not None:
            yield maps.feature(maps.point(fault.place), name=str(fault), tone="late")


def _kept(sha256: str) -> StoredFile:
    return get_object_or_404(StoredFile, sha256=sha256, content_type="application/geo+json")


def _collection(file: StoredFile) -> Any:
    with file.file.open("rb") as content:
        return area_import.parse(content.read())


def _survey(grid: Grid, file: StoredFile, on: Any, system: str) -> Survey:
    return area_import.survey(_collection(file), root_id=grid.pk, on=on, system=system)


@require_safe
def export_boundaries(request: HttpRequest, pk: int) -> HttpResponse:
    """Every boundary in force at and below a grid, as the import takes them; it stands in the ledger."""
    grid = administered(request, pk)
    features = [
        {
            "type": "Feature",
            "geometry": row.geometry,
            "properties": {
                area_import.CODE: row.grid.code,
                "name": row.grid.name,
                "level": row.grid.level,
                "upper": row.grid.parent.code if row.grid.parent else "",
                "valid_from": row.valid_from,
            },
        }
        for row in outlines.below_in_force([grid.pk])
    ]
    actions.note_export(grid.pk, by=request.user, what="boundaries", rows=len(features))
    response = HttpResponse(maps.encoded(features), content_type=maps.TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="boundaries-{grid.code}.geojson"'
    return response


# ---- helpers


def administered(request: HttpRequest, pk: int) -> Grid:
    """The open grid if the person administers it: 404 out of scope, 403 without the right."""
    grid = visible(request, pk)
    if grid.closed_on is not None:
        raise Http404
    if not queries.in_scope(request.user, RIGHT).filter(pk=pk).exists():
        raise NotAllowed(_("Only an administrator of this grid may do this."))
    return grid


def show(form: forms.Form, wrong: Invalid) -> None:
    """What an action refused, beside the field it is about, or above the form."""
    for name, text in wrong.fields.items():
        form.add_error(name if name in form.fields else None, text)


def _crumbs(request: HttpRequest, grid: Grid) -> list[dict[str, str]]:
    line = crumbs(request, grid)
    line[-1] = {"label": grid.name, "url": reverse("grids:detail", args=[grid.pk])}
    return line
