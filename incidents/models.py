from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual
from grids.models import Grid
from incidents.rules import OPEN_STATES, TONES, Action, Clock, Outcome, Request, Severity, Source, State
from ledgers.models import StoredFile
from people.models import Posting, Unit


class Category(Bilingual):
    """A kind of incident, in two levels; only the lower one (with a parent) is given to incidents."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("class")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "code"]


class DeadlineRule(models.Model):
    """The time allowed for handling, by category (or its class, or any) and severity."""

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name=_("category")
    )
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    amount = models.PositiveSmallIntegerField(_("amount"))
    clock = models.CharField(_("counted in"), max_length=16, choices=Clock)

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        constraints = [
            models.UniqueConstraint(fields=["category", "severity"], name="deadline_once"),
            # A null is distinct from every other in SQLite: the rule for any category needs its own line.
            models.UniqueConstraint(
                fields=["severity"], condition=Q(category__isnull=True), name="deadline_general_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="deadline_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} {self.severity}: {self.amount} {self.clock}"


class WorkDay(models.Model):
    """One day of the Chinese working calendar, filled from the State Council's published plan."""

    day = models.DateField(_("day"), primary_key=True)
    working = models.BooleanField(_("working day"))
    name = models.CharField(_("holiday"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Incident(models.Model):
    """A case 案卷 from report to look-back. ``version`` counts its steps."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="incidents", verbose_name=_("category")
    )
    severity = models.CharField(_("severity"), max_length=16, choices=Severity, default=Severity.ORDINARY)
    source = models.CharField(_("source"), max_length=16, choices=Source, default=Source.PATROL)
    description = models.TextField(_("what is the matter"), max_length=2000)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="incidents", verbose_name=_("where"))
    # The grid that answers for the place today: ``grid`` itself until that is closed, then its successor.
    # What happened counts for ``grid`` as it was; who sees and does what now follows from this one.
    grid_now = models.ForeignKey(
        Grid, models.PROTECT, related_name="incidents_now", verbose_name=_("where, as the grids are today")
    )
    lon = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.REPORTED)
    version = models.PositiveIntegerField(_("version"), default=1)
    holder_grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="held", verbose_name=_("held by grid")
    )
    holder_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="held", verbose_name=_("held by unit")
    )
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(_("reported"))
    filed_at = models.DateTimeField(_("filed"), null=True)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True)
    fed_back_at = models.DateTimeField(_("fed back"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)  # null too while the clock is held
    # The rule in force when the clock started: a later change of rule moves no deadline.
    clock_started_at = models.DateTimeField(_("clock started"), null=True)
    clock_amount = models.PositiveSmallIntegerField(_("time allowed"), null=True)
    clock = models.CharField(_("counted in"), max_length=16, choices=Clock, blank=True)
    # While suspended: what was left, in working days, or else in seconds.
    time_left = models.PositiveIntegerField(_("time left"), null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repeats", verbose_name=_("merged into")
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("supervised by")
    )
    urged_count = models.PositiveSmallIntegerField(_("times urged"), default=0)
    extended_count = models.PositiveSmallIntegerField(_("times extended"), default=0)
    rework_count = models.PositiveSmallIntegerField(_("times returned"), default=0)
    reopened_count = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    settled_on_spot = models.BooleanField(_("settled on the spot"), default=False)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder_grid__isnull=False, holder_unit__isnull=True)
                | Q(holder_grid__isnull=True, holder_unit__isnull=False),
                name="incident_one_holder",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False), name="incident_closed_when"
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
                name="incident_merged_into",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="incident_not_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SUSPENDED, due_at__isnull=True, time_left__isnull=False)
                | (~Q(state=State.SUSPENDED) & Q(time_left__isnull=True)),
                name="incident_clock_held",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="incident_state_due"),
            models.Index(fields=["grid", "reported_at"], name="incident_grid_reported"),
            models.Index(fields=["grid_now", "reported_at"], name="incident_now_reported"),
            models.Index(fields=["due_at"], name="incident_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def holder(self) -> Grid | Unit:
        holder = self.holder_grid or self.holder_unit
        return holder  # type: ignore[return-value]  # never None: constraint incident_one_holder


class Step(models.Model):
    """One act on an incident; append-only, refused by the database otherwise."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()  # equals the version the incident had after it
    action = models.CharField(max_length=16, choices=Action)
    before = models.CharField(max_length=16, choices=State, blank=True)
    after = models.CharField(max_length=16, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    holder_grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    holder_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="steps")
    note = models.TextField(max_length=2000, blank=True)
    due_at = models.DateTimeField(null=True)
    document_number = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    # Idempotency key of the request; null, not "", where none was sent, so that unique lets many be.
    key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["incident_id", "number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="step_once")]

    def __str__(self) -> str:
        return f"{self.incident_id}#{self.number} {self.action}"


class StepPhoto(models.Model):
    step = models.ForeignKey(Step, models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [models.UniqueConstraint(fields=["step", "file"], name="step_photo_once")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.file_id}"


class ClockRequest(models.Model):
    """延期、缓办: what a holder asks of the command centre about the clock, and the answer.

    Decided by the step that answers it or takes the incident out of handling; one waits at a time.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="requests")
    kind = models.CharField(_("kind"), max_length=16, choices=Request)
    amount = models.PositiveSmallIntegerField(_("time asked for"), null=True)  # in the incident's clock
    asked_step = models.OneToOneField(Step, models.PROTECT, related_name="asks")
    decided_step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="decides")
    granted = models.BooleanField(_("granted"), null=True)

    class Meta:
        verbose_name = _("request about the clock")
        verbose_name_plural = _("requests about the clock")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(decided_step__isnull=True), name="clock_request_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(kind=Request.EXTENSION, amount__gt=0)
                | Q(kind=Request.SUSPENSION, amount__isnull=True),
                name="clock_request_amount",
            ),
            models.CheckConstraint(
                condition=Q(decided_step__isnull=True, granted__isnull=True)
                | Q(decided_step__isnull=False, granted__isnull=False),
                name="clock_request_decided_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"


class JointPart(models.Model):
    """联合处置: the part of one helper; the lead feeds back when no part is open."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="parts")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    asked_step = models.OneToOneField(Step, models.PROTECT, related_name="joins")
    ended_step = models.OneToOneField(Step, models.PROTECT, null=True, related_name="ends_part")
    done = models.BooleanField(_("done"), default=False)  # False and ended: released

    class Meta:
        verbose_name = _("part in joint handling")
        verbose_name_plural = _("parts in joint handling")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grid__isnull=False, unit__isnull=True) | Q(grid__isnull=True, unit__isnull=False),
                name="joint_part_one_helper",
            ),
            models.CheckConstraint(
                condition=Q(done=False) | Q(ended_step__isnull=False), name="joint_part_done_has_step"
            ),
            *(
                models.UniqueConstraint(
                    fields=["incident", helper],
                    condition=Q(ended_step__isnull=True),
                    name=f"joint_part_{helper}_once",
                )
                for helper in ("grid", "unit")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.helper}"

    @property
    def helper(self) -> Grid | Unit:
        helper = self.grid or self.unit
        return helper  # type: ignore[return-value]  # never None: constraint joint_part_one_helper


class LookBack(models.Model):
    """回头看: a re-inspection due after closing, done once by a third person."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="look_backs")
    due_on = models.DateField(_("due on"))
    closing_step = models.OneToOneField(Step, models.PROTECT, related_name="look_back")
    done_step = models.OneToOneField(Step, models.PROTECT, null=True, related_name="looked_back")
    passed = models.BooleanField(_("passed"), null=True)

    class Meta:
        verbose_name = _("look-back")
        verbose_name_plural = _("look-backs")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_step__isnull=True, passed__isnull=True)
                | Q(done_step__isnull=False, passed__isnull=False),
                name="look_back_done_has_result",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.due_on}"
