"""The database refuses two names of a level on one day, as 0004 does for names and areas of grids.

Where two overlap already, the earlier one ends when the later begins: that is what was meant.
"""

from django.db import migrations

TABLE = "grids_levellabel"


def sqlite():
    clash = f"""SELECT 1 FROM {TABLE} WHERE level = NEW.level AND id <> NEW.id
        AND (valid_to IS NULL OR valid_to > NEW.valid_from)
        AND (NEW.valid_to IS NULL OR valid_from < NEW.valid_to)"""  # noqa: S608
    return [
        (
            f"""CREATE TRIGGER {TABLE}_one_at_a_time_{act.lower()} AFTER {act} ON {TABLE}
            WHEN EXISTS ({clash})
            BEGIN SELECT RAISE(ABORT, '{TABLE}: two at once'); END""",
            f"DROP TRIGGER IF EXISTS {TABLE}_one_at_a_time_{act.lower()}",
        )
        for act in ("INSERT", "UPDATE")
    ]


def postgresql():
    # Five levels, renamed once in some years: one constraint for open and ended rows alike is fast enough.
    return [
        (
            f"""ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_one_at_a_time
            EXCLUDE USING gist (level WITH =, daterange(valid_from, valid_to) WITH &&)""",
            f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {TABLE}_one_at_a_time",
        )
    ]


def statements(vendor):
    return sqlite() if vendor == "sqlite" else postgresql()


def end_at_the_next(apps, schema_editor):
    label = apps.get_model("grids", "LevelLabel")
    before = None
    for row in label.objects.order_by("level", "valid_from"):
        if (
            before is not None
            and before.level == row.level
            and (before.valid_to is None or before.valid_to > row.valid_from)
        ):
            before.valid_to = row.valid_from
            before.save(update_fields=["valid_to"])
        before = row


def add(apps, schema_editor):
    for statement, _ in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for _, statement in reversed(statements(schema_editor.connection.vendor)):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("grids", "0009_overlap_by_index")]
    operations = [
        # What overlapped is not written back.
        migrations.RunPython(end_at_the_next, migrations.RunPython.noop),
        migrations.RunPython(add, remove),
    ]
