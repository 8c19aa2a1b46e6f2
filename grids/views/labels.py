"""Labels of sites to print, and where a label that was scanned leads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from grids import labels, queries, rules
from grids.models import Grid, Naming
from grids.queries.dossiers import open_sites

MOST_PRINTED = 4000  # some ten seconds' work, 400 pages of the large size


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The labels of all open sites at or below a grid, or of those in ``ids``, as sheets of A4."""
    grid = get_object_or_404(queries.in_scope(request.user).filter(closed_on__isnull=True), pk=pk)
    sites = [site.grid for site in open_sites(grid.pk)]
    if wanted := request.GET.get("ids"):
        ids = {key for key in wanted.split(",") if key.isascii()}
        sites = [site for site in sites if str(site.pk) in ids]
    form = labels.FORMATS.get(request.GET.get("size", "large"))
    if form is None:
        raise Http404
    if not sites:
        messages.info(request, _("There are no sites to print labels of."))
        return redirect("grids:detail", grid.pk)
    if len(sites) > MOST_PRINTED:
        text = _("%(n)s labels are too many for one file. Print them town by town.")
        messages.warning(request, text % {"n": len(sites)})
        return redirect("grids:detail", grid.pk)
    content = labels.sheet(
        sites,
        district=queries.ancestors(grid.pk)[0].name,
        address=lambda code: request.build_absolute_uri(reverse("grids:label", args=[code])),
        form=form,
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="labels.pdf"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@require_safe
def label(request: HttpRequest, code: str) -> HttpResponse:
    """From a label to the page of its site, if that lies in the reader's scope; by a former code too."""
    sites = queries.in_scope(request.user).filter(level=rules.SITE_LEVEL)
    found = sites.filter(code=code).first() or _formerly(code, sites.values("pk"))
    if found is None:
        raise Http404
    return redirect("grids:detail", found.pk)


def _formerly(code: str, keys: QuerySet[Any, Any]) -> Grid | None:
    named = Naming.objects.filter(code=code, grid_id__in=keys).order_by("-valid_from").first()
    return named.grid if named else None
