"""The open incidents that a grid or a unit holds, told to whoever comes into post there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import ngettext

from common.days import midnight
from incidents.models import Incident
from incidents.rules import OPEN_STATES
from people.hooks import OpenWork, Seat, register_hand_over


def open_incidents(seats: Sequence[Seat]) -> Mapping[Seat, list[OpenWork]]:
    """How many are held at each seat, the list of them behind the number. One query."""
    held = Incident.objects.filter(state__in=OPEN_STATES)
    counts = held.aggregate(
        **{f"n{place}": Count("pk", filter=_held_by(seat)) for place, seat in enumerate(seats)}
    )
    return {seat: [_said(seat, counts[f"n{place}"])] for place, seat in enumerate(seats)}


def _held_by(seat: Seat) -> Q:
    there = Q(holder_grid_id=seat.grid_id) if seat.grid_id is not None else Q(holder_unit_id=seat.unit_id)
    return there if seat.before is None else there & Q(reported_at__lt=midnight(seat.before))


def _said(seat: Seat, n: int) -> OpenWork:
    holder = f"grid-{seat.grid_id}" if seat.grid_id is not None else f"unit-{seat.unit_id}"
    wanted = {"tab": "all", "holder": holder, "open": "on"}
    if seat.before is not None:
        wanted["until"] = (seat.before - timedelta(days=1)).isoformat()
    text = ngettext("%(n)s open incident", "%(n)s open incidents", n) % {"n": n}
    return OpenWork(text, n, f"{reverse('incidents:index')}?{urlencode(wanted)}")


def register() -> None:
    register_hand_over(open_incidents)
