from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from common.models import Bilingual
from grids import rules

TREE_FIELDS = frozenset({"parent", "parent_id", "lft", "rght", "tree_id", "mptt_level", "level"})


class SiteKind(models.TextChoices):
    """The six kinds of site point, level 5 (domain §1)."""

    AGENCY = "agency", _("Agency")
    ENTERPRISE = "enterprise", _("Enterprise")
    ORGANISATION = "organisation", _("Social organisation")
    COMPOUND = "compound", _("Residential compound")
    MARKET = "market", _("Market")
    CONSTRUCTION = "construction", _("Construction site")


class Risk(models.TextChoices):
    KEY = "key", _("Key")
    SECOND = "second", _("Second class")
    ORDINARY = "ordinary", _("Ordinary")


class Grid(MPTTModel):
    """A grid of any level, sites included (level 5). Tree fields are written in grids.actions only."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    level = models.PositiveSmallIntegerField(_("level"))
    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("upper grid")
    )
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1), name="grid_level_from_one"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="grid_root_is_level_one",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="grid_closed_after_opened",
            ),
        ]
        indexes = [models.Index(fields=["tree_id", "lft"], name="grid_tree_lft")]

    class MPTTMeta:
        level_attr = "mptt_level"

    def __str__(self) -> str:
        return self.name

    @property
    def is_site(self) -> bool:
        return self.level == rules.SITE_LEVEL

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, refusing what would touch a tree field outside grids.actions.

        Raises ``TreeWriteRefused`` for a new grid, for a save without ``update_fields`` and for
        one that names a tree field, unless the tree's lock is held (see ``rules.tree_writes``):
        a stale node saved whole writes its old parent back.
        """
        fields = kwargs.get("update_fields")
        if not rules.tree_writes_allowed() and (fields is None or TREE_FIELDS & set(fields)):
            raise rules.TreeWriteRefused(
                "Name update_fields without tree fields, or use grids.actions to change the tree."
            )
        super().save(*args, **kwargs)


class Lineage(models.Model):
    """Who was above whom, on any day: half-open dates, self rows included (depth 0)."""

    ancestor = models.ForeignKey(Grid, models.PROTECT, related_name="lineage_down")
    descendant = models.ForeignKey(Grid, models.PROTECT, related_name="lineage_up")
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("lineage")
        verbose_name_plural = _("lineage")
        constraints = [
            models.UniqueConstraint(
                fields=["ancestor", "descendant", "valid_from"], name="lineage_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["ancestor", "descendant"], condition=Q(valid_to__isnull=True), name="lineage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="lineage_forward"
            ),
        ]
        indexes = [models.Index(fields=["descendant", "valid_from"], name="lineage_descendant")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


class LevelLabel(Bilingual):
    """What a level is called from a day on (domain §1: names of levels change over time)."""

    level = models.PositiveSmallIntegerField(_("level"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("level name")
        verbose_name_plural = _("level names")
        constraints = [models.UniqueConstraint(fields=["level", "valid_from"], name="level_label_once")]


class Boundary(models.Model):
    """The area of a grid from a day on: a GeoJSON geometry in WGS-84 degrees."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="boundaries")
    geometry = models.JSONField(_("GeoJSON geometry"))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [models.UniqueConstraint(fields=["grid", "valid_from"], name="boundary_once")]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.valid_from}"


class Site(models.Model):
    """The dossier of a level-5 grid, one per site (一企一档)."""

    grid = models.OneToOneField(Grid, models.PROTECT, primary_key=True, related_name="site")
    kind = models.CharField(_("kind"), max_length=16, choices=SiteKind)
    risk = models.CharField(_("risk"), max_length=16, choices=Risk, default=Risk.ORDINARY)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lon = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    contact_name = models.CharField(_("contact"), max_length=64, blank=True)
    contact_phone = models.CharField(_("contact's phone"), max_length=32, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return str(self.grid_id)


def open_on(day: date, *, prefix: str = "") -> Q:
    """Rows whose half-open validity covers ``day``."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )
