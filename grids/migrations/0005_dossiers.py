"""Dossiers with sources, permits, facilities, versions and documents."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0004_one_at_a_time"),
        ("ledgers", "0003_entries_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Facility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="facility")),
                (
                    "treats",
                    models.CharField(
                        choices=[
                            ("exhaust", "Exhaust gas"),
                            ("waste_water", "Waste water"),
                            ("noise", "Noise"),
                            ("dust", "Dust"),
                            ("solid_waste", "Solid waste"),
                            ("hazardous_waste", "Hazardous waste"),
                        ],
                        max_length=16,
                        verbose_name="treats",
                    ),
                ),
                (
                    "process",
                    models.CharField(blank=True, max_length=200, verbose_name="process and capacity"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("stopped", "Stopped"), ("repair", "Under repair")],
                        default="running",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "treatment facility",
                "verbose_name_plural": "treatment facilities",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Permit",
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
                        choices=[
                            ("discharge_permit", "Pollutant discharge permit"),
                            ("discharge_registration", "Registration of pollutant discharge"),
                            ("impact_approval", "Approval of the environmental impact assessment"),
                            ("acceptance", "Acceptance of environmental protection on completion"),
                            ("drainage", "Permit to drain into sewers"),
                            ("hazardous_waste", "Hazardous waste permit"),
                            ("other", "Other permit"),
                        ],
                        max_length=24,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.CharField(max_length=64, verbose_name="number")),
                ("issued_by", models.CharField(blank=True, max_length=120, verbose_name="issued by")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
            ],
            options={
                "verbose_name": "permit",
                "verbose_name_plural": "permits",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PollutionSource",
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
                        choices=[
                            ("exhaust", "Exhaust gas"),
                            ("waste_water", "Waste water"),
                            ("noise", "Noise"),
                            ("dust", "Dust"),
                            ("solid_waste", "Solid waste"),
                            ("hazardous_waste", "Hazardous waste"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="source")),
                ("pollutants", models.CharField(blank=True, max_length=200, verbose_name="main pollutants")),
                ("outlet", models.CharField(blank=True, max_length=200, verbose_name="where it goes")),
            ],
            options={
                "verbose_name": "pollution source",
                "verbose_name_plural": "pollution sources",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SiteDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("name", models.CharField(max_length=120, verbose_name="file name")),
                ("at", models.DateTimeField(verbose_name="attached")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
            ],
            options={
                "verbose_name": "document of a dossier",
                "verbose_name_plural": "documents of dossiers",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SiteVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("content", models.JSONField(verbose_name="content")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="why")),
            ],
            options={
                "verbose_name": "version of a dossier",
                "verbose_name_plural": "versions of dossiers",
                "ordering": ["site_id", "number"],
            },
        ),
        migrations.AddField(
            model_name="site",
            name="credit_code",
            field=models.CharField(blank=True, max_length=18, verbose_name="unified social credit code"),
        ),
        migrations.AddField(
            model_name="site",
            name="industry",
            field=models.CharField(blank=True, max_length=120, verbose_name="industry"),
        ),
        migrations.AddField(
            model_name="site",
            name="remarks",
            field=models.TextField(blank=True, max_length=2000, verbose_name="remarks"),
        ),
        migrations.AddField(
            model_name="site",
            name="surveyed_on",
            field=models.DateField(blank=True, null=True, verbose_name="surveyed on"),
        ),
        migrations.AddField(
            model_name="site",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AlterField(
            model_name="site",
            name="risk",
            field=models.CharField(
                choices=[("key", "Key"), ("second", "Second class"), ("ordinary", "Ordinary")],
                default="ordinary",
                max_length=16,
                verbose_name="risk grade",
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="facilities",
                to="grids.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="permit",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="permits",
                to="grids.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="pollutionsource",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sources",
                to="grids.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="sitedocument",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="sitedocument",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledgers.storedfile",
                verbose_name="file",
            ),
        ),
        migrations.AddField(
            model_name="sitedocument",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="grids.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="siteversion",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="siteversion",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="grids.site",
                verbose_name="site",
            ),
        ),
        migrations.AddConstraint(
            model_name="permit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="permit_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteversion",
            constraint=models.UniqueConstraint(fields=("site", "number"), name="site_version_once"),
        ),
    ]
