"""The four fixings 四定 of a grid and its assessment method: what they are, and the rooms that know of them.

Each room answers for what it knows, for any number of grids at once: this one for area, task and method,
those above by registering a part in their ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.words import Words
from grids.hooks import Panel
from grids.models import Grid


class Fixing(models.TextChoices):
    """定区域, 定人员, 定职责, 定任务, and 考核办法; in the order in which a page shows them."""

    AREA = "area", _("Area")
    PEOPLE = "people", _("People")
    DUTY = "duty", _("Duties")
    TASK = "task", _("Task")
    METHOD = "method", _("Assessment method")


@dataclass(frozen=True)
class Asked:
    """The grids asked about, key → level, the same as a set for ``grid_id__in``, and the day."""

    levels: Mapping[int, int]
    keys: QuerySet[Any]
    on: date

    def at(self, *levels: int) -> list[int]:
        """Those of some levels."""
        return [key for key, level in self.levels.items() if level in levels]

    def holds(self, *levels: int) -> bool:
        return any(level in levels for level in self.levels.values())


# What each grid lacks of each fixing; grids that lack nothing are absent.
Missing = Mapping[Fixing, Mapping[int, Sequence[Words]]]


@dataclass(frozen=True)
class Link:
    """Where something missing is put right."""

    label: str | Promise
    url: str


def link(label: str | Promise, name: str, *args: Any, query: str = "") -> list[Link]:
    """The one link to a named page, as a list."""
    return [Link(label, reverse(name, args=args) + query)]


class FixingsPart:
    """What one room knows of the fixings. Everything has a default that says nothing."""

    key = ""

    def missing(self, asked: Asked) -> Missing:
        """What is missing, in a fixed number of queries whatever the number of grids."""
        return {}

    def content(self, grid: Grid, *, on: date) -> Mapping[Fixing, Panel]:
        """What stands behind a fixing of one grid; the template has the context in ``panel``."""
        return {}

    def mends(self, grid: Grid) -> Mapping[Fixing, Sequence[Link]]:
        """Where those who administer the grid put a fixing right."""
        return {}


_parts: list[FixingsPart] = []


def register_fixings(part: FixingsPart) -> None:
    """Add a room's part; registering one of the same key again changes nothing."""
    if all(known.key != part.key for known in _parts):
        _parts.append(part)


def registered() -> tuple[FixingsPart, ...]:
    return tuple(_parts)
