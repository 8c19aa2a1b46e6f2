"""The grid that answers for an incident's place today, beside the one where it happened.

A closed grid's cases go to the grid that took over the largest part of it, as far down the line as needed.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    Incident = apps.get_model("incidents", "Incident")
    Succession = apps.get_model("grids", "Succession")
    Incident.objects.update(grid_now=F("grid"))
    heirs = {}
    for row in Succession.objects.order_by("share", "-id"):
        heirs[row.predecessor_id] = row.successor_id  # the largest share comes last
    closed = Incident.objects.filter(grid__closed_on__isnull=False)
    for grid_id in closed.order_by().values_list("grid_id", flat=True).distinct():
        heir = grid_id
        while heir in heirs:
            heir = heirs[heir]
        Incident.objects.filter(grid_id=grid_id).update(grid_now=heir)
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table whose foreign keys are still to be checked at commit.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0008_plans"),
        ("incidents", "0003_steps_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="grid_now",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents_now",
                to="grids.grid",
                verbose_name="where, as the grids are today",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="incident",
            name="grid_now",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents_now",
                to="grids.grid",
                verbose_name="where, as the grids are today",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["grid_now", "reported_at"], name="incident_now_reported"),
        ),
    ]
