"""Where rooms above add what they know of a grid: panels on its page, events of its life.

They register in their ``AppConfig.ready``; this room imports none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest

from common.words import Words
from grids.models import Grid


@dataclass(frozen=True)
class Panel:
    """A card of the grid's page: the template stands in the page with ``context`` in reach."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a grid on a day; ``order`` tells those of one day apart."""

    on: date
    text: Words
    order: int = 0
    url: str = ""
    tone: str = "resting"


# The day is None for today; a panel that speaks of today alone answers None for any other.
PanelHook = Callable[[HttpRequest, Grid, "date | None"], Panel | None]
LifeHook = Callable[[Grid], Iterable[Event]]

_panels: list[PanelHook] = []
_lives: list[LifeHook] = []


def register_panel(hook: PanelHook) -> PanelHook:
    """Add a panel to every grid's page; registering it again changes nothing. Usable as a decorator."""
    if hook not in _panels:
        _panels.append(hook)
    return hook


def register_life(hook: LifeHook) -> LifeHook:
    """Add events to every grid's life; registering it again changes nothing. Usable as a decorator."""
    if hook not in _lives:
        _lives.append(hook)
    return hook


def panels(request: HttpRequest, grid: Grid, on: date | None = None) -> list[Panel]:
    return [panel for hook in _panels if (panel := hook(request, grid, on)) is not None]


def life(grid: Grid) -> list[Event]:
    return [event for hook in _lives for event in hook(grid)]
