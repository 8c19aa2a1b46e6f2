"""No unit closes before it was opened; one that is written so already existed on no day."""

from django.db import migrations, models
from django.db.models import F, Q


def never_were(apps, schema_editor):
    units = apps.get_model("people", "Unit").objects.using(schema_editor.connection.alias)
    units.filter(closed_on__lt=F("opened_on")).update(closed_on=F("opened_on"))


class Migration(migrations.Migration):
    dependencies = [("people", "0002_duty_lists_and_first_passwords")]
    # PostgreSQL changes no table on which rows have changed in the same transaction: their checks wait.
    atomic = False
    operations = [
        migrations.RunPython(never_were, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="unit_closed_after_opened",
            ),
        ),
    ]
