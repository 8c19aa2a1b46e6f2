"""Transfers, repeats, joint handling, extensions, suspension, supervision and enforcement.

SQLite rebuilds the table of steps for its new columns, and its triggers with it go: they are laid again.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

append_only = import_module("incidents.migrations.0003_steps_append_only")


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0009_overlap_by_index"),
        ("incidents", "0005_pass_on"),
        ("people", "0002_duty_lists_and_first_passwords"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(append_only.remove, append_only.add),
        migrations.CreateModel(
            name="ClockRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("extension", "Extension"), ("suspension", "Suspension")],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField(null=True, verbose_name="time asked for")),
                ("granted", models.BooleanField(null=True, verbose_name="granted")),
            ],
            options={
                "verbose_name": "request about the clock",
                "verbose_name_plural": "requests about the clock",
            },
        ),
        migrations.CreateModel(
            name="JointPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done", models.BooleanField(default=False, verbose_name="done")),
            ],
            options={
                "verbose_name": "part in joint handling",
                "verbose_name_plural": "parts in joint handling",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="clock",
            field=models.CharField(
                blank=True,
                choices=[
                    ("working_hours", "working hours"),
                    ("working_days", "working days"),
                    ("hours", "hours"),
                ],
                max_length=16,
                verbose_name="counted in",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="clock_amount",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="time allowed"),
        ),
        migrations.AddField(
            model_name="incident",
            name="clock_started_at",
            field=models.DateTimeField(null=True, verbose_name="clock started"),
        ),
        migrations.AddField(
            model_name="incident",
            name="extended_count",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="times extended"),
        ),
        migrations.AddField(
            model_name="incident",
            name="merged_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repeats",
                to="incidents.incident",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="supervisor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="supervised by",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="time_left",
            field=models.PositiveIntegerField(null=True, verbose_name="time left"),
        ),
        migrations.AddField(
            model_name="incident",
            name="urged_count",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="times urged"),
        ),
        migrations.AddField(
            model_name="step",
            name="document_number",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="step",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("order", "Ordered to put right"),
                    ("fine", "Fined"),
                    ("closure", "Closed down or sealed"),
                    ("transferred", "Handed to the police or a court"),
                    ("no_offence", "No offence found"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="state",
            field=models.CharField(
                choices=[
                    ("reported", "To settle or report up"),
                    ("to_file", "To file"),
                    ("to_dispatch", "To dispatch"),
                    ("dispatched", "To accept"),
                    ("handling", "Being handled"),
                    ("to_verify", "To verify"),
                    ("closed", "Closed"),
                    ("suspended", "Suspended"),
                    ("enforcement", "With enforcement"),
                    ("rejected", "Not filed"),
                    ("merged", "Merged as a repeat"),
                    ("void", "Void"),
                ],
                default="reported",
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="action",
            field=models.CharField(
                choices=[
                    ("report", "Report"),
                    ("settle", "Settled on the spot"),
                    ("escalate", "Report up"),
                    ("file", "File"),
                    ("reject", "Do not file"),
                    ("dispatch", "Dispatch"),
                    ("accept", "Accept"),
                    ("send_back", "Send back as wrongly dispatched"),
                    ("transfer", "Transfer"),
                    ("merge", "Merge as a repeat"),
                    ("join", "Ask for joint handling"),
                    ("release", "Release from joint handling"),
                    ("part_done", "Own part done"),
                    ("ask_extension", "Ask for an extension"),
                    ("ask_suspension", "Ask for suspension"),
                    ("extend", "Grant the extension"),
                    ("suspend", "Suspend"),
                    ("refuse", "Refuse the request"),
                    ("resume", "Resume"),
                    ("urge", "Urge"),
                    ("supervise", "Supervise by name"),
                    ("enforce", "Hand to enforcement"),
                    ("outcome", "Record the outcome"),
                    ("feed_back", "Feed back"),
                    ("return", "Return for rework"),
                    ("close", "Verify and close"),
                    ("look_back_pass", "Look-back passed"),
                    ("look_back_fail", "Look-back failed, reopen"),
                    ("reopen", "Reopen"),
                    ("void", "Make void"),
                    ("pass_on", "Passed to the successor grid"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="after",
            field=models.CharField(
                choices=[
                    ("reported", "To settle or report up"),
                    ("to_file", "To file"),
                    ("to_dispatch", "To dispatch"),
                    ("dispatched", "To accept"),
                    ("handling", "Being handled"),
                    ("to_verify", "To verify"),
                    ("closed", "Closed"),
                    ("suspended", "Suspended"),
                    ("enforcement", "With enforcement"),
                    ("rejected", "Not filed"),
                    ("merged", "Merged as a repeat"),
                    ("void", "Void"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="before",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reported", "To settle or report up"),
                    ("to_file", "To file"),
                    ("to_dispatch", "To dispatch"),
                    ("dispatched", "To accept"),
                    ("handling", "Being handled"),
                    ("to_verify", "To verify"),
                    ("closed", "Closed"),
                    ("suspended", "Suspended"),
                    ("enforcement", "With enforcement"),
                    ("rejected", "Not filed"),
                    ("merged", "Merged as a repeat"),
                    ("void", "Void"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("state", "merged")),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="incident_merged_into",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="incident_not_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", True), ("state", "suspended"), ("time_left__isnull", False)),
                    models.Q(models.Q(("state", "suspended"), _negated=True), ("time_left__isnull", True)),
                    _connector="OR",
                ),
                name="incident_clock_held",
            ),
        ),
        migrations.AddField(
            model_name="clockrequest",
            name="asked_step",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="incidents.step"
            ),
        ),
        migrations.AddField(
            model_name="clockrequest",
            name="decided_step",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decides",
                to="incidents.step",
            ),
        ),
        migrations.AddField(
            model_name="clockrequest",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="incidents.incident"
            ),
        ),
        migrations.AddField(
            model_name="jointpart",
            name="asked_step",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="joins", to="incidents.step"
            ),
        ),
        migrations.AddField(
            model_name="jointpart",
            name="ended_step",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ends_part",
                to="incidents.step",
            ),
        ),
        migrations.AddField(
            model_name="jointpart",
            name="grid",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grids.grid"
            ),
        ),
        migrations.AddField(
            model_name="jointpart",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="incidents.incident"
            ),
        ),
        migrations.AddField(
            model_name="jointpart",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_step__isnull", True)),
                fields=("incident",),
                name="clock_request_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("kind", "extension")),
                    models.Q(("amount__isnull", True), ("kind", "suspension")),
                    _connector="OR",
                ),
                name="clock_request_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_step__isnull", True), ("granted__isnull", True)),
                    models.Q(("decided_step__isnull", False), ("granted__isnull", False)),
                    _connector="OR",
                ),
                name="clock_request_decided_has_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grid__isnull", False), ("unit__isnull", True)),
                    models.Q(("grid__isnull", True), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="joint_part_one_helper",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("done", False), ("ended_step__isnull", False), _connector="OR"),
                name="joint_part_done_has_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointpart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_step__isnull", True)),
                fields=("incident", "grid"),
                name="joint_part_grid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointpart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_step__isnull", True)),
                fields=("incident", "unit"),
                name="joint_part_unit_once",
            ),
        ),
        migrations.RunPython(append_only.add, append_only.remove),
    ]
