"""Lists of incidents, their export, and the look-backs that are due."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incidents import actions, exports, queries
from incidents.forms import IncidentFilter
from incidents.models import Incident
from incidents.rules import OPEN_STATES
from incidents.words import holder_name
from people.models import User
from people.queries import has_right
from people.rules import Right

PER_PAGE = 25
MAP_LIMIT = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = {
    "act": queries.mine_to_act,
    "below": queries.below_me,
    "passed": queries.passed_up,
    "mine": queries.reported_by,
    "all": queries.visible_to,
}


def viewer(request: HttpRequest) -> User:
    """The person who asks; pages are behind the login."""
    return cast(User, request.user)


def chosen(request: HttpRequest) -> tuple[str, IncidentFilter, QuerySet[Incident]]:
    """The tab, its filter form and the incidents they leave."""
    user = viewer(request)
    tab = request.GET.get("tab", "act")
    tab = tab if tab in TABS else "act"
    form = IncidentFilter(request.GET, user=user)
    incidents = TABS[tab](user)
    wanted = form.cleaned_data if form.is_valid() else {}
    return tab, form, queries.filtered(incidents, wanted)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab, form, incidents = chosen(request)
    user = viewer(request)
    labels = {
        "act": _("For me to act"),
        "below": _("In grids below me"),
        "passed": _("Reported up"),
        "mine": _("Reported by me"),
        "all": _("All"),
    }
    rows = queries.with_names(incidents).order_by("-reported_at", "-id")
    response = render(
        request,
        "incidents/index.html",
        {
            "title": _("Incidents"),
            "tabs": [
                {
                    "label": labels[name],
                    "url": f"?tab={name}",
                    "active": name == tab,
                    "count": find(user).count() if name == "act" else None,
                }
                for name, find in TABS.items()
            ],
            "tab": tab,
            "form": form,
            "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "can_report": has_right(user, Right.REPORT),
            "can_dispatch": has_right(user, Right.DESK),
            "look_backs": queries.look_backs_for(user).count(),
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; who took it out stands in the ledger."""
    _tab, form, incidents = chosen(request)
    if not form.is_valid():
        return redirect(f"{reverse('incidents:index')}?{request.GET.urlencode()}")
    rows = list(queries.with_names(incidents).order_by("reported_at", "id")[: exports.MOST_ROWS])
    actions.note_export(
        by=viewer(request),
        rows=len(rows),
        filters={name: str(value) for name, value in request.GET.items() if value and name != "page"},
    )
    response = HttpResponse(exports.workbook(rows), content_type=XLSX)
    name = f"incidents-{timezone.localdate():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def geojson(request: HttpRequest) -> JsonResponse:
    """The filtered incidents that have a position, or whose site has one."""
    _tab, _form, incidents = chosen(request)
    if "open" in request.GET:
        incidents = incidents.filter(state__in=OPEN_STATES)
    rows = queries.with_names(incidents).select_related("grid__site").order_by("-reported_at")[:MAP_LIMIT]
    features = [feature for row in rows if (feature := _feature(row))]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(incident: Incident) -> dict[str, Any] | None:
    lon, lat = incident.lon, incident.lat
    site = getattr(incident.grid, "site", None)
    if (lon is None or lat is None) and site is not None:
        lon, lat = site.lon, site.lat
    if lon is None or lat is None:
        return None
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
        "properties": {
            "id": incident.pk,
            "name": f"{incident.number} {incident.category.label}",
            "text": f"{incident.get_state_display()} · {incident.grid.name} · {holder_name(incident)}",
            "url": reverse("incidents:detail", args=[incident.pk]),
            "tone": incident.tone,
        },
    }


@require_safe
def look_backs(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.look_backs_for(viewer(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "incidents/look_backs.html",
        {
            "title": _("Look-backs due"),
            "crumbs": [{"label": _("Incidents"), "url": reverse("incidents:index")}],
            "page_obj": page,
            "today": timezone.localdate(),
        },
    )
