from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.tree import Grid


class Boundary(models.Model):
    """The area of a grid from a day on: a GeoJSON geometry in WGS-84 degrees.

    Never two at once (migration 0003); valid geometry is seen to by ``grids.actions.areas``.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="boundaries", verbose_name=_("grid"))
    geometry = models.JSONField(_("GeoJSON geometry"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [
            models.UniqueConstraint(fields=["grid", "valid_from"], name="boundary_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="boundary_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.valid_from}"


class AreaMark(models.Model):
    """One row that counts the changes of areas, so that a copy of them in memory knows it is old."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
