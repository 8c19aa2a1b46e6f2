"""The sites of a grid that are overdue, told to whoever comes into post there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import ngettext

from grids.queries import below
from inspections.queries import cards, sites_below
from inspections.rules import Standing
from people.hooks import OpenWork, Seat, register_hand_over


def overdue_sites(seats: Sequence[Seat]) -> Mapping[Seat, list[OpenWork]]:
    """How many sites at or below each grid should have been visited by now. Units patrol by their own plan.

    Four queries, however many seats.
    """
    grids = {seat.grid_id for seat in seats if seat.grid_id is not None}
    if not grids:
        return {}
    late = [card.site.pk for card in cards(sites_below(grids)) if card.standing is Standing.OVERDUE]
    lines = below(grids).filter(descendant_id__in=late).values_list("ancestor_id", flat=True)
    counts = Counter(lines)
    return {seat: [_said(seat.grid_id, counts[seat.grid_id])] for seat in seats if seat.grid_id is not None}


def _said(grid_id: int, n: int) -> OpenWork:
    text = ngettext("%(n)s site overdue for a visit", "%(n)s sites overdue for a visit", n) % {"n": n}
    return OpenWork(text, n, f"{reverse('inspections:today')}?grid={grid_id}&standing=overdue")


def register() -> None:
    register_hand_over(overdue_sites)
