"""Who is in post, for programs."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grids.api import asked_day, find
from people.queries import in_order, people_of


class People(APIView):
    """The people in post in a grid on the day, leaders first. Telephones are those of today."""

    def get(self, request: Request, code: str) -> Response:
        on = asked_day(request)
        grid = find(request, code, on)
        return Response(
            [
                {
                    "name": str(posting.person),
                    "phone": posting.person.phone,
                    "role": posting.role,
                    "from": posting.valid_from.isoformat(),
                    "to": posting.valid_to.isoformat() if posting.valid_to else None,
                }
                for posting in in_order(people_of([grid.pk], on=on))
            ]
        )
