"""The database itself refuses to change or remove a version of a dossier.

A later migration that makes SQLite rebuild the table must lay these triggers again.
"""

from django.db import migrations

TABLE = "grids_siteversion"
SQLITE = [
    (
        f"""CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END""",
        f"DROP TRIGGER IF EXISTS {TABLE}_no_{act.lower()}",
    )
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    (
        f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{TABLE} is append-only'; END $$""",
        f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
    ),
    (
        f"""CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
        f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}",
    ),
    (
        f"""CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()""",
        f"DROP TRIGGER IF EXISTS {TABLE}_no_truncate ON {TABLE}",
    ),
]


def add(apps, schema_editor):
    for statement, _ in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for _, statement in reversed(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("grids", "0005_dossiers")]
    operations = [migrations.RunPython(add, remove)]
