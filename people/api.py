"""Who is in post, for programs."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grids.api import asked_day, find
from people.models import Posting
from people.queries import in_order, people_of


class People(APIView):
    """The people in post in a grid on the day, leaders first; today's with their telephones.

    Of a day gone by there are none: some have left since, and the grid may be in another's sight.
    """

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        today = on is None and grid.closed_on is None
        return Response([_plain(posting, phone=today) for posting in in_order(people_of([grid.pk], on=on))])


def _plain(posting: Posting, *, phone: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": str(posting.person),
        "role": posting.role,
        "from": posting.valid_from.isoformat(),
        "to": posting.valid_to.isoformat() if posting.valid_to else None,
    }
    return {**found, "phone": posting.person.phone} if phone else found
