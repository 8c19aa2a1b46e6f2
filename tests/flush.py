"""Emptying the test database between transactional tests, past the triggers that refuse it.

Only here, and only for the flush: the append-only triggers are taken off, the tables emptied and the
triggers put back in the one transaction in which Django flushes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations

_flush = BaseDatabaseOperations.execute_sql_flush


def install() -> None:
    """Let Django's flush pass the triggers; called once, before the first test."""
    BaseDatabaseOperations.execute_sql_flush = _past_triggers  # type: ignore[method-assign, assignment]


def _past_triggers(operations: Any, statements: Iterable[str]) -> None:
    off, on = _switches(operations.connection.alias)
    _flush(operations, [*off, *statements, *on])


def _switches(alias: str) -> tuple[Sequence[str], Sequence[str]]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            return [f'DROP TRIGGER "{name}"' for name, _ in triggers], [sql for _, sql in triggers]
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        tables = [row[0] for row in cursor.fetchall()]
    return (
        [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
    )
