"""The trigger against two rows on one day looks each fresh row up by index, whatever the planner believes.

A plan kept from when a table was small, or made while its rows were not yet counted, compared every fresh
row with every row: a load of some thousand grids then took minutes. OFFSET 0 keeps the question from being
turned into a join, and without sequential scans only the indexes are left.
"""

from django.db import migrations

THINGS = {
    "grids_lineage": ("descendant_id", "depth"),
    "grids_naming": ("grid_id",),
    "grids_boundary": ("grid_id",),
}


def function(table: str, columns: tuple[str, ...]) -> str:
    equal = " AND ".join(f"other.{column} = fresh.{column}" for column in columns)
    return f"""CREATE OR REPLACE FUNCTION {table}_refuse_overlap() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off AS $$
        BEGIN
        IF EXISTS (SELECT 1 FROM fresh WHERE fresh.valid_to IS NULL AND EXISTS (
                SELECT 1 FROM {table} other WHERE {equal} AND other.valid_to IS NOT NULL
                AND daterange(other.valid_from, other.valid_to) && daterange(fresh.valid_from, NULL) OFFSET 0))
            OR EXISTS (SELECT 1 FROM fresh WHERE fresh.valid_to IS NOT NULL AND EXISTS (
                SELECT 1 FROM {table} other WHERE {equal} AND other.valid_to IS NULL
                AND other.valid_from < fresh.valid_to AND fresh.valid_from < fresh.valid_to OFFSET 0))
        THEN
            RAISE EXCEPTION '{table}: two at once' USING ERRCODE = 'exclusion_violation';
        END IF;
        RETURN NULL;
        END $$"""  # noqa: S608


def look_up(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, columns in THINGS.items():
            schema_editor.execute(function(table, columns), params=None)


class Migration(migrations.Migration):
    dependencies = [("grids", "0008_plans")]
    # Back needs nothing: the function of before asks the same.
    operations = [migrations.RunPython(look_up, migrations.RunPython.noop)]
