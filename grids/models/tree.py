from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from common.models import Bilingual
from grids import rules

TREE_FIELDS = frozenset({"parent", "parent_id", "lft", "rght", "tree_id", "mptt_level", "level"})


def open_on(day: date, *, prefix: str = "") -> Q:
    """Rows whose half-open validity covers ``day``."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


class GuardedQuerySet(TreeQuerySet):
    """Sets of grids whose tree fields change under the tree's lock only, as single grids' do."""

    def update(self, **kwargs: Any) -> int:
        _refuse_unless_locked(kwargs.keys())
        return int(super().update(**kwargs))

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        _refuse_unless_locked(fields)
        return int(super().bulk_update(objs, fields, batch_size=batch_size))

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_locked(TREE_FIELDS)
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise rules.TreeWriteRefused("Grids are closed, never deleted.")


def _refuse_unless_locked(fields: Any) -> None:
    if not rules.tree_writes_allowed() and TREE_FIELDS & set(fields):
        raise rules.TreeWriteRefused("Use grids.actions to change the tree.")


class Grid(MPTTModel):
    """A grid of any level, sites included (level 5). Tree fields are written in grids.actions only.

    ``code`` and ``name`` are today's; ``Naming`` has those of any other day.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    level = models.PositiveSmallIntegerField(_("level"))
    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("upper grid")
    )
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = TreeManager.from_queryset(GuardedQuerySet)()

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

    @property
    def never_was(self) -> bool:
        """Closed on the day it was opened: it existed on no day, and its code is free again."""
        return self.closed_on == self.opened_on

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

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise rules.TreeWriteRefused("Grids are closed, never deleted.")

    # mptt writes other nodes' numbers before it saves this one: ask first.

    def move_to(self, target: Any, position: str = "first-child") -> None:
        _refuse_unless_locked(TREE_FIELDS)
        super().move_to(target, position)

    def insert_at(self, *args: Any, **kwargs: Any) -> None:
        _refuse_unless_locked(TREE_FIELDS)
        super().insert_at(*args, **kwargs)


class Lineage(models.Model):
    """Who was above whom, on any day: half-open dates, self rows included (depth 0).

    The database refuses a second ancestor at the same depth on the same day (migration 0003).
    """

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


class Naming(models.Model):
    """What a grid was called, and by which code, from a day on; never two at once (migration 0003)."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="namings")
    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=120)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("name of a grid")
        verbose_name_plural = _("names of grids")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="naming_forward"
            ),
        ]
        indexes = [models.Index(fields=["grid", "valid_from"], name="naming_grid")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Succession(models.Model):
    """On a day a grid passed to another, wholly (share 1) or in part; the rest of it may live on."""

    predecessor = models.ForeignKey(
        Grid, models.PROTECT, related_name="passed_to", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(Grid, models.PROTECT, related_name="came_from", verbose_name=_("successor"))
    share = models.DecimalField(_("share"), max_digits=5, decimal_places=4)
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["on", "-share", "id"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="succession_once"),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=1), name="succession_share_is_a_part"
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class LevelLabel(Bilingual):
    """What a level is called from a day on (domain §1: names of levels change over time)."""

    level = models.PositiveSmallIntegerField(_("level"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("level name")
        verbose_name_plural = _("level names")
        constraints = [
            models.UniqueConstraint(fields=["level", "valid_from"], name="level_label_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="level_label_forward",
            ),
        ]
