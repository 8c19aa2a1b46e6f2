from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual
from grids.models.tree import Grid


class CharterKind(models.TextChoices):
    """Two of the four fixings 四定 that are texts of the office: the task, and how it is assessed."""

    TASK = "task", _("Task")
    METHOD = "method", _("Assessment method")


class Charter(Bilingual):
    """What grids of a level have to do (定任务), or how they are assessed (考核办法), in words, by version.

    One for a single grid goes before that of its level. A version once in force is never edited: a new
    one follows it.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=CharterKind)
    level = models.PositiveSmallIntegerField(_("level"))
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="charters", verbose_name=_("grid")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    text = models.TextField(_("text, one item a line"), max_length=8000)
    text_en = models.TextField(_("text in English"), max_length=8000, blank=True)
    document = models.CharField(_("document number"), max_length=64, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("task or assessment method")
        verbose_name_plural = _("tasks and assessment methods")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "level", "version"],
                condition=Q(grid__isnull=True),
                name="charter_version_once",
            ),
            models.UniqueConstraint(fields=["kind", "grid", "version"], name="charter_of_grid_version_once"),
            models.UniqueConstraint(
                fields=["kind", "level"],
                condition=Q(grid__isnull=True, valid_to__isnull=True),
                name="charter_one_open",
            ),
            models.UniqueConstraint(
                fields=["kind", "grid"], condition=Q(valid_to__isnull=True), name="charter_of_grid_one_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="charter_forward"
            ),
        ]
