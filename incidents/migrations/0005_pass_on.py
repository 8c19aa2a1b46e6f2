"""A step that nobody does by hand: a case passes to the grid that took over. Choices alone; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_grid_now")]

    operations = [
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
                    ("feed_back", "Feed back"),
                    ("return", "Return for rework"),
                    ("close", "Verify and close"),
                    ("look_back_pass", "Look-back passed"),
                    ("look_back_fail", "Look-back failed, reopen"),
                    ("void", "Make void"),
                    ("pass_on", "Passed to the successor grid"),
                ],
                max_length=16,
            ),
        ),
    ]
