"""Where rooms above say what open work stays in a grid or a unit when its people change.

They register in their ``AppConfig.ready``; this room imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Seat:
    """A grid or a unit where roles are held. ``before`` a day: the work that was there before it is meant."""

    grid_id: int | None = None
    unit_id: int | None = None
    before: date | None = None


@dataclass(frozen=True)
class OpenWork:
    """Some of what waits there: ``text`` with its number, such as “3 open incidents”, and where they are."""

    text: str
    count: int
    url: str = ""


# Asked for all seats at once; a seat without anything open may be left out.
HandOverHook = Callable[[Sequence[Seat]], Mapping[Seat, Iterable[OpenWork]]]

_hand_overs: list[HandOverHook] = []


def register_hand_over(hook: HandOverHook) -> HandOverHook:
    """Add a kind of open work; registering it again changes nothing. Usable as a decorator."""
    if hook not in _hand_overs:
        _hand_overs.append(hook)
    return hook


def open_work(seats: Sequence[Seat]) -> dict[Seat, list[OpenWork]]:
    """What waits at each seat, room by room."""
    found: dict[Seat, list[OpenWork]] = {seat: [] for seat in seats}
    for hook in _hand_overs if seats else ():
        for seat, work in hook(seats).items():
            found[seat] += [one for one in work if one.count]
    return found
