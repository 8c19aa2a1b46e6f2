"""What the ledger must ask of the rooms above it: who reads what, and which grids a name means.

People and grids lie above this room; ``people.apps`` puts their answers in here at start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

type_of_reads = Callable[[Any], Collection[str]]
type_of_named = Callable[[str], Collection[str]]

_answers: dict[str, Any] = {}


def install(*, reads: type_of_reads, named: type_of_named) -> None:
    """``reads(user)``: codes of the grids at and below which the user reads the ledger today.

    ``named(text)``: codes of the grids that bear a name or a code.
    """
    _answers.update(reads=reads, named=named)


def reads(user: Any) -> Collection[str]:
    return _answers["reads"](user) if "reads" in _answers else ()


def named(text: str) -> Collection[str]:
    return _answers["named"](text) if "named" in _answers else ()
