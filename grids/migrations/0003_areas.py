"""Areas that end, and a mark by which a copy of them in memory knows it is old."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0002_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.AlterField(
            model_name="boundary",
            name="grid",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="boundaries",
                to="grids.grid",
                verbose_name="grid",
            ),
        ),
        migrations.AlterField(
            model_name="boundary",
            name="valid_from",
            field=models.DateField(verbose_name="from"),
        ),
        migrations.AlterField(
            model_name="boundary",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="to"),
        ),
        migrations.AddConstraint(
            model_name="boundary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="boundary_forward",
            ),
        ),
    ]
