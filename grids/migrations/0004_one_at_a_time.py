"""The database itself refuses two rows for one thing on one day: ancestors at a depth, names, areas.

PostgreSQL has a unique index for rows still open, an exclusion constraint for those that have ended
(btree_gist comes with the server and may be created by the database's owner) and a trigger for one against
the other. One exclusion constraint for all of them would do the same, and make loading a province three
times as slow: nearly all rows are open, and a GiST index is slow to fill. SQLite has a trigger. A later
migration that makes SQLite rebuild one of the tables must lay its triggers again.
"""

from django.db import migrations

# table → the columns that name the thing
THINGS = {
    "grids_lineage": ("descendant_id", "depth"),
    "grids_naming": ("grid_id",),
    "grids_boundary": ("grid_id",),
}


def sqlite(table: str, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    clash = f"""SELECT 1 FROM {table} WHERE {same} AND id <> NEW.id
        AND (valid_to IS NULL OR valid_to > NEW.valid_from)
        AND (NEW.valid_to IS NULL OR valid_from < NEW.valid_to)"""  # noqa: S608
    return [
        (
            f"""CREATE TRIGGER {table}_one_at_a_time_{act.lower()} AFTER {act} ON {table}
            WHEN EXISTS ({clash})
            BEGIN SELECT RAISE(ABORT, '{table}: two at once'); END""",
            f"DROP TRIGGER IF EXISTS {table}_one_at_a_time_{act.lower()}",
        )
        for act in ("INSERT", "UPDATE")
    ]


def postgresql(table: str, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    same = ", ".join(f"{column} WITH =" for column in columns)
    key = ", ".join(columns)
    equal = " AND ".join(f"other.{column} = fresh.{column}" for column in columns)
    clash = f"""SELECT 1 FROM fresh JOIN {table} other ON {equal} AND other.id <> fresh.id
            WHERE (other.valid_to IS NULL) <> (fresh.valid_to IS NULL)
            AND daterange(other.valid_from, other.valid_to) && daterange(fresh.valid_from, fresh.valid_to)"""  # noqa: S608
    return [
        (
            f"CREATE UNIQUE INDEX {table}_one_open ON {table} ({key}) WHERE valid_to IS NULL",
            f"DROP INDEX IF EXISTS {table}_one_open",
        ),
        (
            f"""ALTER TABLE {table} ADD CONSTRAINT {table}_one_at_a_time
            EXCLUDE USING gist ({same}, daterange(valid_from, valid_to) WITH &&)
            WHERE (valid_to IS NOT NULL)""",
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_one_at_a_time",
        ),
        (
            f"""CREATE FUNCTION {table}_refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
            IF EXISTS ({clash}) THEN
                RAISE EXCEPTION '{table}: two at once' USING ERRCODE = 'exclusion_violation';
            END IF;
            RETURN NULL;
            END $$""",
            f"DROP FUNCTION IF EXISTS {table}_refuse_overlap()",
        ),
        *(
            (
                f"""CREATE TRIGGER {table}_one_at_a_time_{act.lower()} AFTER {act} ON {table}
                REFERENCING NEW TABLE AS fresh
                FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_overlap()""",
                f"DROP TRIGGER IF EXISTS {table}_one_at_a_time_{act.lower()} ON {table}",
            )
            for act in ("INSERT", "UPDATE")
        ),
    ]


def statements(vendor: str) -> list[tuple[str, str]]:
    make = sqlite if vendor == "sqlite" else postgresql
    return [pair for table, columns in THINGS.items() for pair in make(table, columns)]


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for statement, _ in statements(vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for _, statement in reversed(statements(schema_editor.connection.vendor)):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("grids", "0003_areas")]
    operations = [migrations.RunPython(add, remove)]
