"""The dispatcher's desk: queue, map and story on one page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import NotAllowed
from grids.rules import TOWN_LEVEL
from incidents import queries
from incidents.rules import OPEN_STATES, TONES, State
from incidents.views.case import case_context
from incidents.views.lists import viewer
from people.models import User
from people.queries import current_postings, has_right
from people.rules import Relation, Right, rights

QUEUE = 50
SHOWN = (
    State.TO_FILE,
    State.TO_DISPATCH,
    State.DISPATCHED,
    State.HANDLING,
    State.ENFORCEMENT,
    State.SUSPENDED,
    State.TO_VERIFY,
)
# What waits for the desk itself stands before what others hold, then what is due first.
FOR_THE_DESK_FIRST = Case(
    When(state=State.TO_FILE, then=Value(0)),
    When(state=State.TO_DISPATCH, then=Value(1)),
    When(queries.ASKED, then=Value(2)),
    When(state=State.TO_VERIFY, due_at__isnull=False, then=Value(3)),
    default=Value(4),
    output_field=IntegerField(),
)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    if not has_right(user, Right.DESK):
        raise NotAllowed(_("The desk is for the dispatchers of the command centre."))
    wanted = {name: request.GET.get(name, "") for name in ("state", "overdue", "asked", "q")}
    sight = queries.visible_to(user).filter(state__in=OPEN_STATES)
    rows = queries.filtered(sight, wanted)
    if not wanted["state"]:
        rows = rows.filter(state__in=SHOWN)
    queue = queries.with_names(rows).order_by(FOR_THE_DESK_FIRST, F("due_at").asc(nulls_last=True), "id")
    kept = {name: value for name, value in wanted.items() if value}
    context = {
        "title": _("Command desk"),
        "states": _states(queries.desk_counts(sight), wanted),
        "wanted": wanted,
        "kept": urlencode(kept),
        "page_obj": Paginator(queue, QUEUE).get_page(request.GET.get("page")),
        "points_url": f"{reverse('incidents:geojson')}?{urlencode({'tab': 'all', 'open': 1} | kept)}",
        "areas_url": _areas_url(user),
        "legend": [{"label": state.label, "tone": TONES[state]} for state in (State.TO_FILE, State.HANDLING)],
    }
    picked = request.GET.get("incident", "")
    if picked.isdigit():
        incident = get_object_or_404(queries.with_names(queries.visible_to(user)), pk=int(picked))
        context |= case_context(user, incident) | {"pane": True, "title": context["title"], "crumbs": []}
    htmx = request.htmx  # type: ignore[attr-defined]
    response = render(request, "incidents/_queue.html" if htmx else "incidents/desk.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _states(counts: dict[str, int], wanted: dict[str, str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "label": state.label,
            "value": counts.get(state, 0),
            "url": f"?state={state}",
            "current": wanted["state"] == state,
            "tone": TONES[state],
        }
        for state in SHOWN
    ]
    late, asked = counts["overdue"], counts["asked"]
    rows.append(
        {
            "label": _("Requests to answer"),
            "value": asked,
            "url": "?asked=1",
            "current": bool(wanted["asked"]),
            "tone": "soon" if asked else "resting",
        }
    )
    rows.append(
        {
            "label": _("Overdue"),
            "value": late,
            "url": "?overdue=1",
            "current": bool(wanted["overdue"]),
            "tone": "late" if late else "resting",
        }
    )
    return rows


def _areas_url(user: User) -> str:
    """The towns of the district whose desk this is."""
    homes = [p.home_id for p in current_postings(user) if Right.DESK in rights(p.role, Relation.SAME)]
    return f"{reverse('grids:geojson')}?under={homes[0]}&level={TOWN_LEVEL}" if homes else ""
