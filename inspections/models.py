from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual
from grids.models import Grid, Risk, SiteKind
from incidents.models import Incident
from ledgers.models import StoredFile
from people.models import Posting


class Checklist(Bilingual):
    """The questions for a kind of site; a version is never edited once answered, a new one follows."""

    site_kind = models.CharField(_("kind of site"), max_length=16, choices=SiteKind)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        constraints = [
            models.UniqueConstraint(fields=["site_kind", "version"], name="checklist_version_once"),
            models.UniqueConstraint(
                fields=["site_kind"], condition=Q(active=True), name="checklist_one_active_per_kind"
            ),
        ]


class Question(Bilingual):
    """One question of a checklist, answered yes (in order), no (a problem) or not applicable."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["checklist_id", "order"]
        constraints = [models.UniqueConstraint(fields=["checklist", "order"], name="question_order_once")]


class PatrolPlan(models.Model):
    """How often sites of a kind (any if blank) and risk are visited: at least once every ``every_days``."""

    site_kind = models.CharField(_("kind of site"), max_length=16, choices=SiteKind, blank=True)
    risk = models.CharField(_("risk"), max_length=16, choices=Risk)
    every_days = models.PositiveSmallIntegerField(_("every how many days"))

    class Meta:
        verbose_name = _("patrol plan")
        verbose_name_plural = _("patrol plans")
        constraints = [
            models.UniqueConstraint(fields=["site_kind", "risk"], name="plan_once"),
            models.CheckConstraint(condition=Q(every_days__gt=0), name="plan_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.site_kind or '*'} {self.risk}: {self.every_days}"


class Visit(models.Model):
    """One visit 巡查 to a site: place, time, person, answers on a checklist version, photos."""

    site = models.ForeignKey(Grid, models.PROTECT, related_name="visits", verbose_name=_("site"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    lon = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    answers = models.JSONField(_("answers"), default=dict)  # {str(question order): yes|no|na}
    note = models.TextField(_("note"), max_length=2000, blank=True)
    incident = models.OneToOneField(
        Incident, models.PROTECT, null=True, blank=True, related_name="visit", verbose_name=_("problem found")
    )
    # Made by the phone: a repeat adds nothing. Null, not "", where none was sent.
    key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["site", "at"], name="visit_site_at"),
            models.Index(fields=["by", "at"], name="visit_by_at"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.at:%Y-%m-%d %H:%M}"


class VisitPhoto(models.Model):
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [models.UniqueConstraint(fields=["visit", "file"], name="visit_photo_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.file_id}"
