"""Responsibility lists, who has acknowledged them, and passwords that must be changed at first login."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="must choose a password of their own"),
        ),
        migrations.CreateModel(
            name="DutyList",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("chief_leader", "Chief grid leader"),
                            ("leader", "Grid leader"),
                            ("deputy", "Deputy grid leader"),
                            ("worker", "Grid worker"),
                            ("patrol_officer", "Patrol officer"),
                            ("dispatcher", "Dispatcher"),
                            ("department_officer", "Department officer"),
                            ("assessor", "Assessor"),
                            ("viewer", "Viewer"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=32,
                        verbose_name="role",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                ("text", models.TextField(max_length=8000, verbose_name="duties, one a line")),
                ("text_en", models.TextField(blank=True, max_length=8000, verbose_name="duties in English")),
                ("document", models.CharField(blank=True, max_length=64, verbose_name="document number")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "responsibility list",
                "verbose_name_plural": "responsibility lists",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("role", "level", "version"), name="duty_list_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("role", "level"),
                        name="duty_list_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="duty_list_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="people.posting",
                        verbose_name="posting",
                    ),
                ),
                (
                    "duty_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="people.dutylist",
                        verbose_name="responsibility list",
                    ),
                ),
            ],
            options={
                "verbose_name": "acknowledgement",
                "verbose_name_plural": "acknowledgements",
                "constraints": [
                    models.UniqueConstraint(fields=("duty_list", "posting"), name="acknowledged_once")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="posting", name="posting_forward"),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="posting_forward",
            ),
        ),
    ]
