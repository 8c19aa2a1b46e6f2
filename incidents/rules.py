"""The incident's life as one table: buttons, actions, documents and tests are drawn from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.rules import Right


class State(models.TextChoices):
    REPORTED = "reported", _("To settle or report up")
    TO_FILE = "to_file", _("To file")
    TO_DISPATCH = "to_dispatch", _("To dispatch")
    DISPATCHED = "dispatched", _("To accept")
    HANDLING = "handling", _("Being handled")
    TO_VERIFY = "to_verify", _("To verify")
    CLOSED = "closed", pgettext_lazy("incident", "Closed")
    REJECTED = "rejected", _("Not filed")
    VOID = "void", _("Void")


TONES = {
    State.REPORTED: "soon",
    State.TO_FILE: "soon",
    State.TO_DISPATCH: "soon",
    State.DISPATCHED: "underway",
    State.HANDLING: "underway",
    State.TO_VERIFY: "underway",
    State.CLOSED: "done",
    State.REJECTED: "resting",
    State.VOID: "resting",
}
OPEN_STATES = (
    State.REPORTED,
    State.TO_FILE,
    State.TO_DISPATCH,
    State.DISPATCHED,
    State.HANDLING,
    State.TO_VERIFY,
)


class Severity(models.TextChoices):
    ORDINARY = "ordinary", pgettext_lazy("severity", "Ordinary")
    SERIOUS = "serious", _("Serious")
    URGENT = "urgent", _("Urgent")


class Source(models.TextChoices):
    """Where an incident came from (domain §2)."""

    PATROL = "patrol", _("Patrol")
    SUPERVISION = "supervision", _("Supervision")
    PUBLIC = "public", _("Public report")
    PETITION = "petition", _("Petition")
    SUPERIOR = "superior", _("Assigned from above")
    MEDIA = "media", _("Media")
    SENSOR = "sensor", _("Sensor")
    EMERGENCY = "emergency", _("Emergency")


class Clock(models.TextChoices):
    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")
    HOURS = "hours", _("hours")


class Action(models.TextChoices):
    REPORT = "report", _("Report")
    SETTLE = "settle", _("Settled on the spot")
    ESCALATE = "escalate", _("Report up")
    FILE = "file", pgettext_lazy("incident", "File")
    REJECT = "reject", _("Do not file")
    DISPATCH = "dispatch", _("Dispatch")
    ACCEPT = "accept", _("Accept")
    SEND_BACK = "send_back", _("Send back as wrongly dispatched")
    FEED_BACK = "feed_back", _("Feed back")
    RETURN = "return", _("Return for rework")
    CLOSE = "close", _("Verify and close")
    LOOK_BACK_PASS = "look_back_pass", _("Look-back passed")
    LOOK_BACK_FAIL = "look_back_fail", _("Look-back failed, reopen")
    VOID = "void", _("Make void")
    # Done by nobody by hand: its grid was closed, and the work passes to the grid that took over.
    PASS_ON = "pass_on", _("Passed to the successor grid")


class Over(StrEnum):
    """Over which grid or unit the actor must hold the right."""

    PLACE = "place"  # the grid where it happened
    HOLDER = "holder"  # the grid or unit that holds it
    UPPER = "upper"  # the grid above the holder; for a unit, its home grid
    DESK = "desk"  # the command centre of the district


class Holder(StrEnum):
    """Who holds the incident after the act."""

    PLACE = "place"  # the sub-grid where it happened
    KEEP = "keep"  # as before
    UPPER = "upper"  # the next grid up; above the town it is the command centre
    DESK = "desk"  # the command centre
    TARGET = "target"  # the grid or unit named in the act


@dataclass(frozen=True)
class Rule:
    """One line of the workflow, of what people do; PASS_ON has none.

    ``to`` of ESCALATE depends on the holder: see ``state_after``."""

    action: Action
    before: tuple[State, ...]
    to: State
    right: Right
    over: Over
    holder: Holder
    needs: frozenset[str] = frozenset()  # required fields: note, photo, target
    starts_clock: bool = False
    stops_clock: bool = False
    third_person: bool = False  # neither who handled nor who verified
    not_handler: bool = False  # not who handled


def _needs(*fields: str) -> frozenset[str]:
    return frozenset(fields)


WORKFLOW: dict[Action, Rule] = {
    rule.action: rule
    for rule in (
        Rule(Action.REPORT, (), State.REPORTED, Right.REPORT, Over.PLACE, Holder.PLACE, _needs("note")),
        Rule(Action.SETTLE, (State.REPORTED,), State.TO_VERIFY, Right.HOLD, Over.HOLDER, Holder.KEEP,
             _needs("note", "photo")),
        Rule(Action.ESCALATE, (State.REPORTED,), State.REPORTED, Right.HOLD, Over.HOLDER, Holder.UPPER,
             _needs("note")),
        Rule(Action.FILE, (State.TO_FILE,), State.TO_DISPATCH, Right.DESK, Over.DESK, Holder.DESK,
             starts_clock=True),
        Rule(Action.REJECT, (State.TO_FILE,), State.REJECTED, Right.DESK, Over.DESK, Holder.DESK,
             _needs("note")),
        Rule(Action.DISPATCH, (State.TO_DISPATCH,), State.DISPATCHED, Right.DESK, Over.DESK, Holder.TARGET,
             _needs("target"), starts_clock=True),
        Rule(Action.ACCEPT, (State.DISPATCHED,), State.HANDLING, Right.HOLD, Over.HOLDER, Holder.KEEP),
        Rule(Action.SEND_BACK, (State.DISPATCHED,), State.TO_DISPATCH, Right.HOLD, Over.HOLDER, Holder.DESK,
             _needs("note")),
        Rule(Action.FEED_BACK, (State.HANDLING,), State.TO_VERIFY, Right.HOLD, Over.HOLDER, Holder.KEEP,
             _needs("note", "photo")),
        Rule(Action.RETURN, (State.TO_VERIFY,), State.HANDLING, Right.VERIFY, Over.UPPER, Holder.KEEP,
             _needs("note"), not_handler=True),
        Rule(Action.CLOSE, (State.TO_VERIFY,), State.CLOSED, Right.VERIFY, Over.UPPER, Holder.KEEP,
             stops_clock=True, not_handler=True),
        Rule(Action.LOOK_BACK_PASS, (State.CLOSED,), State.CLOSED, Right.LOOK_BACK, Over.PLACE, Holder.KEEP,
             _needs("note", "photo"), third_person=True),
        Rule(Action.LOOK_BACK_FAIL, (State.CLOSED,), State.HANDLING, Right.LOOK_BACK, Over.PLACE,
             Holder.KEEP, _needs("note", "photo"), starts_clock=True, third_person=True),
        Rule(Action.VOID, (State.TO_FILE, State.TO_DISPATCH), State.VOID, Right.VOID, Over.DESK, Holder.KEEP,
             _needs("note")),
    )
}  # fmt: skip


def state_after(action: Action, *, reaches_desk: bool) -> State:
    """The state an act leads to; ``reaches_desk``: reporting up passed the town to the command centre."""
    if action is Action.ESCALATE and reaches_desk:
        return State.TO_FILE
    return WORKFLOW[action].to


def actions_from(state: State | str) -> list[Rule]:
    """The rules that start in a state, in the table's order."""
    return [rule for rule in WORKFLOW.values() if State(state) in rule.before]


LOOK_BACK_ALWAYS_DAYS = 7  # serious and urgent cases: looked back at after this many days
LOOK_BACK_SAMPLE_DAYS = 15
LOOK_BACK_SAMPLE = 5  # of ordinary cases, one in so many


def look_back_after(severity: Severity | str, number: str) -> int | None:
    """Days after closing when a look-back is due, or None. The sample follows from the number alone."""
    if severity in (Severity.SERIOUS, Severity.URGENT):
        return LOOK_BACK_ALWAYS_DAYS
    drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8]) % LOOK_BACK_SAMPLE == 0
    return LOOK_BACK_SAMPLE_DAYS if drawn else None
