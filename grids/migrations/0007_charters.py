"""Tasks and assessment methods by level or grid."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0006_dossier_versions_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Charter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("task", "Task"), ("method", "Assessment method")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                ("text", models.TextField(max_length=8000, verbose_name="text, one item a line")),
                ("text_en", models.TextField(blank=True, max_length=8000, verbose_name="text in English")),
                ("document", models.CharField(blank=True, max_length=64, verbose_name="document number")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "task or assessment method",
                "verbose_name_plural": "tasks and assessment methods",
            },
        ),
        migrations.AddField(
            model_name="charter",
            name="grid",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="charters",
                to="grids.grid",
                verbose_name="grid",
            ),
        ),
        migrations.AddConstraint(
            model_name="charter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("grid__isnull", True)),
                fields=("kind", "level", "version"),
                name="charter_version_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="charter",
            constraint=models.UniqueConstraint(
                fields=("kind", "grid", "version"), name="charter_of_grid_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="charter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("grid__isnull", True), ("valid_to__isnull", True)),
                fields=("kind", "level"),
                name="charter_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="charter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("kind", "grid"),
                name="charter_of_grid_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="charter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="charter_forward",
            ),
        ),
    ]
