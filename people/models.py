from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual
from grids.models import Grid


class User(AbstractUser):
    """A person who logs in. Rights follow from postings alone, never from flags here."""

    name = models.CharField(_("name"), max_length=64)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    # The first password was printed on a sheet that others handled: nothing opens until it is changed.
    must_change_password = models.BooleanField(_("must choose a password of their own"), default=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.username

    # Django grants an active superuser everything before it asks a backend. Here only postings count.

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_module_perms(self, app_label: str) -> bool:
        # The stubs know the method on ModelBackend alone, which ours extends.
        backends: list[Any] = list(get_backends())
        return any(backend.has_module_perms(self, app_label) for backend in backends)


class UnitKind(models.TextChoices):
    COMMAND_CENTRE = "command_centre", _("Command centre")
    DEPARTMENT = "department", _("Department")
    WORK_GROUP = "work_group", _("Work group")
    PATROL_TEAM = "patrol_team", _("Street patrol team")


class Unit(Bilingual):
    """A unit outside the tree; it belongs to a grid, its home."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=UnitKind)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="units", verbose_name=_("home grid"))
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="unit_closed_after_opened",
            ),
        ]

    @property
    def never_was(self) -> bool:
        """Closed on the day it was opened: it existed on no day, and its code is free again."""
        return self.closed_on == self.opened_on


class Role(models.TextChoices):
    CHIEF_LEADER = "chief_leader", _("Chief grid leader")
    LEADER = "leader", _("Grid leader")
    DEPUTY = "deputy", _("Deputy grid leader")
    WORKER = "worker", _("Grid worker")
    PATROL_OFFICER = "patrol_officer", _("Patrol officer")
    DISPATCHER = "dispatcher", _("Dispatcher")
    DEPARTMENT_OFFICER = "department_officer", _("Department officer")
    ASSESSOR = "assessor", _("Assessor")
    VIEWER = "viewer", _("Viewer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Posting(models.Model):
    """任职: a person holds a role in a grid or a unit over half-open dates. The only source of rights."""

    person = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name=_("person"))
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("grid")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=32, choices=Role)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(
                condition=Q(grid__isnull=False, unit__isnull=True) | Q(grid__isnull=True, unit__isnull=False),
                name="posting_grid_or_unit",
            ),
            models.CheckConstraint(
                # Ended on the day it began, it was in force on no day: rolled back, or replaced that day.
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="posting_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "valid_from"], name="posting_person"),
            models.Index(fields=["grid", "role"], name="posting_grid_role"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"

    @property
    def home_id(self) -> int:
        """The grid this posting reaches down from: its own, or its unit's home."""
        return self.grid_id if self.grid_id is not None else self.unit.grid_id  # type: ignore[union-attr]

    @property
    def place_name(self) -> str:
        """The name of its grid or unit, in the active language where it has two."""
        return self.grid.name if self.grid else self.unit.label  # type: ignore[union-attr]

    @property
    def last_day(self) -> date | None:
        """The last day in post, None while no end is set."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None


class DutyList(Bilingual):
    """责任清单: what a role at a level answers for, by version. Once in force it is never edited."""

    role = models.CharField(_("role"), max_length=32, choices=Role)
    level = models.PositiveSmallIntegerField(_("level"))  # of the grid, or of the unit's home grid
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    text = models.TextField(_("duties, one a line"), max_length=8000)
    text_en = models.TextField(_("duties in English"), max_length=8000, blank=True)
    document = models.CharField(_("document number"), max_length=64, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("responsibility list")
        verbose_name_plural = _("responsibility lists")
        constraints = [
            models.UniqueConstraint(fields=["role", "level", "version"], name="duty_list_version_once"),
            models.UniqueConstraint(
                fields=["role", "level"], condition=Q(valid_to__isnull=True), name="duty_list_one_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="duty_list_forward"
            ),
        ]


class Acknowledgement(models.Model):
    """A person posted has read the responsibility list of that post, and says so; once for each version."""

    duty_list = models.ForeignKey(
        DutyList, models.PROTECT, related_name="acknowledgements", verbose_name=_("responsibility list")
    )
    posting = models.ForeignKey(
        Posting, models.PROTECT, related_name="acknowledgements", verbose_name=_("posting")
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(fields=["duty_list", "posting"], name="acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_list_id} {self.posting_id}"
