"""The home of every role, and the board."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from command import charts, queries, rules
from common.errors import NotAllowed
from ledgers.queries import visible_to as entries_visible_to
from people.models import User
from people.queries import current_postings, has_right
from people.rules import Right

NEWEST = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sends each person to the main page of their role."""
    user = cast(User, request.user)
    return redirect(rules.home_of({posting.role for posting in current_postings(user)}))


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The situation in the person's grids: figures, map, the newest acts, the past year."""
    user = reader(request)
    root = queries.map_root(user)
    level = queries.row_level(user)
    figures = queries.board(user)
    return render(
        request,
        "command/board.html",
        {
            "title": _("Board"),
            "root": root,
            "board": figures,
            "coverage_words": _("%(done)d of %(all)d sites")
            % {"done": figures.coverage.sites - figures.coverage.overdue, "all": figures.coverage.sites},
            "chart_words": _("Bars: incidents reported and closed in each of the last twelve months."),
            "rows": queries.rows(user),
            "row_label": queries.row_label(user),
            "entries": entries_visible_to(user).defer("payload")[:NEWEST],
            "map_url": f"{reverse('grids:geojson')}?under={root.pk}&level={level}" if root else "",
            "points_url": f"{reverse('incidents:geojson')}?tab=all&open",
        },
    )


@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """Incidents reported and closed in the last twelve months, as a picture."""
    months = queries.months(reader(request))
    response = HttpResponse(charts.months_svg(months), content_type="image/svg+xml")
    # The picture carries its own style sheet; nothing else in it may load or run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def reader(request: HttpRequest) -> User:
    """The person, if a posting lets them read what others did. Raises ``NotAllowed`` otherwise."""
    user = cast(User, request.user)
    if not has_right(user, Right.READ_LEDGER):
        raise NotAllowed(_("The board is for those who lead, dispatch, assess or administer."))
    return user
