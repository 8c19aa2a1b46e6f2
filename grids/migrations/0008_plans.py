"""Restructuring by plan and apply."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0007_charters"),
        ("ledgers", "0003_entries_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="basis of the change")),
                (
                    "source",
                    models.CharField(
                        choices=[("workbook", "Workbook"), ("edit", "Edited in the tree")],
                        max_length=8,
                        verbose_name="made from",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="takes effect on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("objected", "Cannot be approved"),
                            ("planned", "To approve"),
                            ("approved", "Approved"),
                            ("applied", "Applied"),
                            ("rolled_back", "Rolled back"),
                            ("refused", "Refused: changed since"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("target", models.JSONField(verbose_name="target")),
                ("operations", models.JSONField(verbose_name="operations")),
                ("objections", models.JSONField(verbose_name="objections")),
                ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                ("summary", models.JSONField(verbose_name="figures")),
                ("areas", models.JSONField(default=dict, verbose_name="new boundaries")),
                ("base_version", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("result_version", models.BigIntegerField(null=True)),
                ("undo", models.JSONField(null=True)),
                ("refusal", models.TextField(blank=True, verbose_name="why it was refused")),
                ("planned_at", models.DateTimeField(verbose_name="planned")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                ("applied_at", models.DateTimeField(null=True, verbose_name="applied")),
                ("rolled_back_at", models.DateTimeField(null=True, verbose_name="rolled back")),
            ],
            options={
                "verbose_name": "restructuring plan",
                "verbose_name_plural": "restructuring plans",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="applied_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="applied by",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledgers.storedfile",
                verbose_name="workbook",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="planned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="planned by",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="remade_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remade",
                to="grids.plan",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="rolled_back_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="rolled back by",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="root",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="grids.grid",
                verbose_name="district",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("planned_by")), _negated=True),
                    _connector="OR",
                ),
                name="plan_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "applied", "rolled_back"]), _negated=True),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="plan_applied_only_if_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["applied", "rolled_back"]), _negated=True),
                    models.Q(
                        ("applied_at__isnull", False),
                        ("result_version__isnull", False),
                        ("undo__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="plan_applied_can_be_undone",
            ),
        ),
    ]
