from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Bilingual
from grids.models import Grid


class Scheme(Bilingual):
    """考核办法: items with points, grade bands; a version is fixed once a run has used it."""

    code = models.CharField(_("code"), max_length=32)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    # [{"from": "90", "code": "excellent", "name": "优秀", "name_en": "Excellent"}, …] highest first
    bands = models.JSONField(_("grade bands"))
    # {"H1": "40", "H2": "60"}: per cent of the annual score
    annual_weights = models.JSONField(_("weights in the annual result"), default=dict)
    active = models.BooleanField(_("in use"), default=True)
    fixed_at = models.DateTimeField(_("fixed"), null=True, blank=True)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once")]


class Item(Bilingual):
    """One item: an indicator's rate turned into points, in proportion between floor and target."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(_("order"))
    section = models.CharField(_("section"), max_length=64)
    section_en = models.CharField(_("section in English"), max_length=120, blank=True)
    indicator = models.CharField(_("indicator"), max_length=64)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    floor = models.DecimalField(_("rate for no points, %"), max_digits=7, decimal_places=2)
    target = models.DecimalField(_("rate for all points, %"), max_digits=7, decimal_places=2)
    smallest_denominator = models.PositiveIntegerField(_("smallest denominator"), default=1)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["scheme_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "order"], name="item_order_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="item_points_positive"),
            models.CheckConstraint(condition=~Q(floor=models.F("target")), name="item_floor_not_target"),
        ]


class RunState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("run", "Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Run(models.Model):
    """One assessment of a period (2026H1, 2026H2, 2026): a snapshot with its digest."""

    period = models.CharField(_("period"), max_length=8)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="runs", verbose_name=_("scheme"))
    state = models.CharField(_("state"), max_length=16, choices=RunState, default=RunState.QUEUED)
    progress = models.PositiveSmallIntegerField(_("per cent"), default=0)
    stage = models.CharField(_("what is being done"), max_length=64, blank=True)  # a key of rules.STAGES
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    cutoff = models.DateTimeField(_("data up to"))
    scheme_hash = models.CharField(max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    error = models.TextField(_("what went wrong"), blank=True)
    halves = models.ManyToManyField("self", symmetrical=False, related_name="annual", blank=True)

    class Meta:
        verbose_name = _("assessment run")
        verbose_name_plural = _("assessment runs")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=["queued", "running"]),
                name="run_one_at_a_time_per_period",
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(digest=""), name="run_done_has_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.period} #{self.pk}"


class Result(models.Model):
    """The score of one grid in a run; names are copied as they were, score null = nothing applicable."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="results")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="results")
    level = models.PositiveSmallIntegerField()
    grid_code = models.CharField(max_length=32)
    grid_name = models.CharField(max_length=120)
    upper = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    grade = models.CharField(_("grade"), max_length=32, blank=True)  # a band's code
    rank = models.PositiveIntegerField(_("rank"), null=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["run_id", "level", "rank", "grid_code"]
        constraints = [models.UniqueConstraint(fields=["run", "grid"], name="result_once")]

    def __str__(self) -> str:
        return f"{self.grid_name} {self.score}"


class Figure(models.Model):
    """One item of one result: the counts, the rate in per cent (null = not applicable), the points."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="figures")
    item = models.ForeignKey(Item, models.PROTECT, related_name="figures")
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    rate = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [models.UniqueConstraint(fields=["result", "item"], name="figure_once")]

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def lost(self) -> Decimal:
        """Points the item cost; none where it was not applicable."""
        return Decimal(0) if self.points is None else self.item.points - self.points
