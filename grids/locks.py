"""The one lock under which the tree is written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import NotSupportedError, connection, transaction

from grids import rules

# Any number that no other advisory lock of the project uses; spells "grid".
TREE_LOCK_KEY = 0x67726964


@contextmanager
def tree_lock() -> Iterator[None]:
    """A transaction in which no one else writes the tree. Read the nodes inside it, never before.

    PostgreSQL: an advisory lock held to the end of the outermost transaction. SQLite: the write lock that
    BEGIN IMMEDIATE takes. Raises ``NotSupportedError`` where neither can be had.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK_KEY])
        elif connection.vendor != "sqlite" or connection.transaction_mode != "IMMEDIATE":  # type: ignore[attr-defined]
            raise NotSupportedError("The tree is written on PostgreSQL, or on SQLite with BEGIN IMMEDIATE.")
        with rules.tree_writes():
            yield


@contextmanager
def tree_held() -> Iterator[None]:
    """A transaction during which the tree stands still, for what is written about a grid.

    Any number may hold it at once; ``tree_lock`` waits for them, and they for it. Enter it before any row
    is locked. On SQLite the write lock of BEGIN IMMEDIATE does the same.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [TREE_LOCK_KEY])
        yield
