from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models.tree import Grid
from ledgers.models import StoredFile


class PlanState(models.TextChoices):
    OBJECTED = "objected", _("Cannot be approved")
    PLANNED = "planned", _("To approve")
    APPROVED = "approved", _("Approved")
    APPLIED = "applied", _("Applied")
    ROLLED_BACK = "rolled_back", _("Rolled back")
    REFUSED = "refused", _("Refused: changed since")
    WITHDRAWN = "withdrawn", pgettext_lazy("plan", "Withdrawn")


PLAN_TONES = {
    PlanState.OBJECTED: "late",
    PlanState.PLANNED: "soon",
    PlanState.APPROVED: "underway",
    PlanState.APPLIED: "done",
    PlanState.ROLLED_BACK: "resting",
    PlanState.REFUSED: "late",
    PlanState.WITHDRAWN: "resting",
}


class PlanSource(models.TextChoices):
    WORKBOOK = "workbook", _("Workbook")
    EDIT = "edit", _("Edited in the tree")


class Plan(models.Model):
    """网格调整方案: a target state against a tree, the operations that lead there, and what became of it.

    The content of a plan is never changed; only its state goes on, from planned over approved to applied.
    """

    root = models.ForeignKey(Grid, models.PROTECT, related_name="plans", verbose_name=_("district"))
    title = models.CharField(_("title"), max_length=120)
    note = models.CharField(_("basis of the change"), max_length=200, blank=True)
    source = models.CharField(_("made from"), max_length=8, choices=PlanSource)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("workbook")
    )
    effective_on = models.DateField(_("takes effect on"))
    state = models.CharField(_("state"), max_length=12, choices=PlanState)
    # as read: {"grids": [...], "units": [...], ...}, or {"edits": [...]}; see restructuring.target
    target = models.JSONField(_("target"))
    operations = models.JSONField(_("operations"))
    objections = models.JSONField(_("objections"))
    warnings = models.JSONField(_("warnings"), default=list)
    summary = models.JSONField(_("figures"))
    areas = models.JSONField(_("new boundaries"), default=dict)  # code → GeoJSON
    base_version = models.BigIntegerField()  # queries.tree_version as planned on
    digest = models.CharField(_("digest"), max_length=64)  # of the operations that must not change
    result_version = models.BigIntegerField(null=True)  # queries.tree_version once applied
    undo = models.JSONField(null=True)
    remade_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="remade")
    refusal = models.TextField(_("why it was refused"), blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("applied by")
    )
    applied_at = models.DateTimeField(_("applied"), null=True)
    rolled_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("rolled back by"),
    )
    rolled_back_at = models.DateTimeField(_("rolled back"), null=True)

    class Meta:
        verbose_name = _("restructuring plan")
        verbose_name_plural = _("restructuring plans")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("planned_by")),
                name="plan_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "applied", "rolled_back"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="plan_applied_only_if_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "rolled_back"])
                | Q(applied_at__isnull=False, result_version__isnull=False, undo__isnull=False),
                name="plan_applied_can_be_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"

    @property
    def tone(self) -> str:
        return PLAN_TONES[PlanState(self.state)]
