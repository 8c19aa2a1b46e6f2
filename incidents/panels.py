"""What this room adds to a grid's page and to the preview of a move."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids import hooks
from grids.models import Grid, Lineage
from incidents import queries
from incidents.models import Incident
from incidents.rules import OPEN_STATES
from people.models import User
from people.queries import posting_for
from people.rules import Right

SHOWN = 5


def open_incidents(request: HttpRequest, grid: Grid) -> hooks.Panel | None:
    """The newest open incidents at a grid and below it, as far as the reader sees them."""
    if not isinstance(request.user, User):
        return None
    sight = queries.visible_to(request.user).filter(pk__in=queries.open_in([grid.pk]).values("pk"))
    return hooks.Panel(
        "incidents/_grid_panel.html",
        {
            "incidents": queries.with_names(sight).order_by("-reported_at", "-id")[:SHOWN],
            "incidents_count": sight.count(),
            "can_report_here": posting_for(request.user, Right.REPORT, grid_id=grid.pk) is not None,
        },
    )


def moved_incidents(below: QuerySet[Lineage]) -> list[hooks.Effect]:
    """How many open incidents go along when a grid is moved."""
    there = Incident.objects.filter(state__in=OPEN_STATES, grid_now_id__in=below.values("descendant_id"))
    return [hooks.Effect(_("Open incidents"), there.count())]


def register() -> None:
    hooks.register_panel(open_incidents)
    hooks.register_move_effect(moved_incidents)
