"""What the database believes about how many rows there are."""

from collections.abc import Iterable

from django.db import connection, models


def count_rows(written: Iterable[type[models.Model]]) -> None:
    """Let PostgreSQL count the rows of tables into which this transaction wrote many.

    Without it a query meets the counts of before, or those of a clean-up that saw no row because none was
    committed yet, and is planned for an empty table: minutes instead of milliseconds. The clean-up leaves
    the tables alone until the transaction ends. SQLite plans without counts.
    """
    if connection.vendor != "postgresql":
        return
    tables = sorted({connection.ops.quote_name(model._meta.db_table) for model in written})
    if tables:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
