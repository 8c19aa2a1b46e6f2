"""Pure rules of the tree: levels, and who may touch its fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
