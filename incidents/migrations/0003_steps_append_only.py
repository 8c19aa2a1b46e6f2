"""The database itself refuses to change or remove a step: what was done stays as it was written."""

from django.db import migrations

TABLE = "incidents_step"

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
]


def add(apps, schema_editor):
    for statement, _ in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for _, statement in reversed(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_initial")]
    operations = [migrations.RunPython(add, remove)]
