"""What every benchmark gives: lines of a table, with both sides of a ratio measured in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import setup_databases, teardown_databases


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measurement. ``ratio`` is how many times better than the other side; ``bar`` what it must reach.

    ``seconds`` may stand alone against ``limit`` where the requirement is a time; that one depends on the
    machine, so it is shown and not failed on.
    """

    name: str
    seconds: float
    count: int = 1
    ratio: float | None = None
    bar: float | None = None
    limit: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the ratio reaches its bar."""
        return self.bar is None or (self.ratio is not None and self.ratio >= self.bar)

    def row(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:,.1f}×"
        bar = f"≥ {self.bar:,.0f}×" if self.bar is not None else ""
        if self.limit is not None:
            bar = f"< {self.limit:g} s"
        rate = f"{self.count / self.seconds:,.0f}/s" if self.count > 1 else ""
        sign = "" if self.holds else "  FAILS"
        return f"{self.name:58}{self.seconds:>10.3f} s{rate:>14}{ratio:>12}{bar:>12}{sign}"


def timed(act: Callable[[], Any]) -> float:
    """How long an act takes, in seconds."""
    started = perf_counter()
    act()
    return perf_counter() - started


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database of the configured server, with all migrations, dropped afterwards."""
    made = setup_databases(verbosity=0, interactive=False, aliases={"default": False}, serialized_aliases=[])
    try:
        yield
    finally:
        connection.close()
        teardown_databases(made, verbosity=0)


def show(title: str, lines: Sequence[Line]) -> bool:
    """Print a table; whether every line holds."""
    print(f"\n{title}")
    for line in lines:
        print("  " + line.row())
    return all(line.holds for line in lines)
