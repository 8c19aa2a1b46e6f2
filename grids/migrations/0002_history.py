"""Names by day and successors by share; what a closed grid passed to is carried over."""

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    Grid = apps.get_model("grids", "Grid")
    Naming = apps.get_model("grids", "Naming")
    Succession = apps.get_model("grids", "Succession")
    lived = Grid.objects.exclude(closed_on=models.F("opened_on"))
    Naming.objects.bulk_create(
        (
            Naming(
                grid_id=grid.pk,
                code=grid.code,
                name=grid.name,
                valid_from=grid.opened_on,
                valid_to=grid.closed_on,
            )
            for grid in lived.iterator(chunk_size=2000)
        ),
        batch_size=2000,
    )
    Succession.objects.bulk_create(
        Succession(predecessor_id=grid.pk, successor_id=grid.successor_id, share=1, on=grid.closed_on)
        for grid in Grid.objects.filter(successor__isnull=False, closed_on__isnull=False)
    )
    check_now(schema_editor)


def unfill(apps, schema_editor):
    """Back to one successor a grid: the one with the largest share."""
    Grid = apps.get_model("grids", "Grid")
    Succession = apps.get_model("grids", "Succession")
    for row in Succession.objects.filter(predecessor__closed_on__isnull=False).order_by("share", "-id"):
        Grid.objects.filter(pk=row.predecessor_id).update(successor_id=row.successor_id)
    check_now(schema_editor)


def check_now(schema_editor):
    """PostgreSQL alters no table whose foreign keys are still to be checked at commit."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Naming",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "name of a grid",
                "verbose_name_plural": "names of grids",
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("share", models.DecimalField(decimal_places=4, max_digits=5, verbose_name="share")),
                ("on", models.DateField(verbose_name="day")),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
                "ordering": ["on", "-share", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="levellabel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="level_label_forward",
            ),
        ),
        migrations.AddField(
            model_name="naming",
            name="grid",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="namings", to="grids.grid"
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="predecessor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_to",
                to="grids.grid",
                verbose_name="predecessor",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="successor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="came_from",
                to="grids.grid",
                verbose_name="successor",
            ),
        ),
        migrations.AddIndex(
            model_name="naming",
            index=models.Index(fields=["grid", "valid_from"], name="naming_grid"),
        ),
        migrations.AddConstraint(
            model_name="naming",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="naming_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                fields=("predecessor", "successor", "on"), name="succession_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="succession_share_is_a_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                name="succession_by_another",
            ),
        ),
        migrations.RunPython(fill, unfill),
        migrations.RemoveField(
            model_name="grid",
            name="successor",
        ),
    ]
