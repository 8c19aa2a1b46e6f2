"""Pure rules of the tree: levels, which moves may be, and who may touch its fields."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DISTRICT_LEVEL = 1
TOWN_LEVEL = 2
VILLAGE_LEVEL = 3
SUBGRID_LEVEL = 4
SITE_LEVEL = 5

_allowed: ContextVar[bool] = ContextVar("tree_writes", default=False)


class TreeWriteRefused(RuntimeError):
    """A tree field was about to be saved outside grids.actions."""


def tree_writes_allowed() -> bool:
    return _allowed.get()


@contextmanager
def tree_writes() -> Iterator[None]:
    """Let tree fields be saved; entered by grids.actions alone, once the tree's lock is held."""
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


class Node(Protocol):
    """What the rules read of a grid."""

    pk: int
    level: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    closed_on: date | None


def move_objection(node: Node, target: Node) -> str | Promise | None:
    """Why ``node`` may not go under ``target``: a sentence for the user, or None where it may."""
    if node.parent_id is None:
        return _("The district is the top of the tree and cannot be moved.")
    if node.closed_on is not None:
        return _("This grid is closed. A closed grid stays where it was.")
    if target.pk == node.pk:
        return _("A grid cannot be placed under itself.")
    if target.tree_id == node.tree_id and node.lft < target.lft < node.rght:
        return _("The grid chosen lies inside the one to be moved.")
    if target.level != node.level - 1:
        return _("The grid chosen is not of the level just above.")
    if target.closed_on is not None:
        return _("The grid chosen is closed.")
    if target.pk == node.parent_id:
        return _("The grid is under this one already.")
    return None


def close_objection(node: Node, *, open_children: int) -> str | Promise | None:
    """Why ``node`` may not be closed, or None where it may."""
    if node.closed_on is not None:
        return _("This grid is closed already.")
    if open_children:
        return _("Open grids lie under it. Move or close them first.")
    return None


def successor_objection(node: Node, successor: Node) -> str | Promise | None:
    """Why ``successor`` may not take over from ``node``, or None where it may."""
    if successor.pk == node.pk:
        return _("A grid cannot succeed itself.")
    if successor.closed_on is not None:
        return _("The successor is closed.")
    if successor.level != node.level:
        return _("The successor is not of the same level.")
    return None


SHARE_SLACK = Decimal("0.0005")  # three thirds of 0.3333 are a whole


def shares_objection(shares: Sequence[Decimal]) -> str | Promise | None:
    """Why these shares of one grid may not be, or None: each above 0, together the whole."""
    if any(share <= 0 or share > 1 for share in shares):
        return _("A share lies above 0 and is at most 1.")
    if abs(sum(shares, Decimal(0)) - 1) > SHARE_SLACK:
        return _("The shares do not add up to 1.")
    return None
