"""Where rooms above add what they know of a grid: panels on its page, lines in the preview of a move.

They register in their ``AppConfig.ready``; this room imports none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from grids.models import Grid, Lineage


@dataclass(frozen=True)
class Panel:
    """A card of the grid's page: the template stands in the page with ``context`` in reach."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """A line of a move's preview: how many of what go along, such as open incidents."""

    label: str | Promise
    count: int


PanelHook = Callable[[HttpRequest, Grid], Panel | None]
# Called with the lineage rows from the moved grid down; use ``.values("descendant_id")`` as a subquery.
EffectHook = Callable[["QuerySet[Lineage]"], Iterable[Effect]]

_panels: list[PanelHook] = []
_effects: list[EffectHook] = []


def register_panel(hook: PanelHook) -> PanelHook:
    """Add a panel to every grid's page; registering it again changes nothing. Usable as a decorator."""
    if hook not in _panels:
        _panels.append(hook)
    return hook


def register_move_effect(hook: EffectHook) -> EffectHook:
    """Add lines to every move's preview; registering it again changes nothing. Usable as a decorator."""
    if hook not in _effects:
        _effects.append(hook)
    return hook


def panels(request: HttpRequest, grid: Grid) -> list[Panel]:
    return [panel for hook in _panels if (panel := hook(request, grid)) is not None]


def move_effects(below: QuerySet[Lineage]) -> list[Effect]:
    return [effect for hook in _effects for effect in hook(below)]
