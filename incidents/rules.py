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
    SUSPENDED = "suspended", _("Suspended")
    ENFORCEMENT = "enforcement", _("With enforcement")
    REJECTED = "rejected", _("Not filed")
    MERGED = "merged", _("Merged as a repeat")
    VOID = "void", _("Void")


TONES = {
    State.REPORTED: "soon",
    State.TO_FILE: "soon",
    State.TO_DISPATCH: "soon",
    State.DISPATCHED: "underway",
    State.HANDLING: "underway",
    State.TO_VERIFY: "underway",
    State.CLOSED: "done",
    State.SUSPENDED: "resting",
    State.ENFORCEMENT: "underway",
    State.REJECTED: "resting",
    State.MERGED: "resting",
    State.VOID: "resting",
}
OPEN_STATES = (
    State.REPORTED,
    State.TO_FILE,
    State.TO_DISPATCH,
    State.DISPATCHED,
    State.HANDLING,
    State.TO_VERIFY,
    State.SUSPENDED,
    State.ENFORCEMENT,
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


class Outcome(models.TextChoices):
    """How a case handed to enforcement came back (domain §2)."""

    ORDER = "order", _("Ordered to put right")
    FINE = "fine", _("Fined")
    CLOSURE = "closure", _("Closed down or sealed")
    TRANSFERRED = "transferred", _("Handed to the police or a court")
    NO_OFFENCE = "no_offence", _("No offence found")


MOST_AMOUNT = 999  # of hours or days that may be asked for at once


class Request(models.TextChoices):
    """What a holder may ask of the command centre about the clock."""

    EXTENSION = "extension", _("Extension")
    SUSPENSION = "suspension", _("Suspension")


class Action(models.TextChoices):
    REPORT = "report", _("Report")
    SETTLE = "settle", _("Settled on the spot")
    ESCALATE = "escalate", _("Report up")
    FILE = "file", pgettext_lazy("incident", "File")
    REJECT = "reject", _("Do not file")
    DISPATCH = "dispatch", _("Dispatch")
    ACCEPT = "accept", _("Accept")
    SEND_BACK = "send_back", _("Send back as wrongly dispatched")
    TRANSFER = "transfer", _("Transfer")
    MERGE = "merge", _("Merge as a repeat")
    JOIN = "join", _("Ask for joint handling")
    RELEASE = "release", _("Release from joint handling")
    PART_DONE = "part_done", _("Own part done")
    ASK_EXTENSION = "ask_extension", _("Ask for an extension")
    ASK_SUSPENSION = "ask_suspension", _("Ask for suspension")
    EXTEND = "extend", _("Grant the extension")
    SUSPEND = "suspend", _("Suspend")
    REFUSE = "refuse", _("Refuse the request")
    RESUME = "resume", _("Resume")
    URGE = "urge", _("Urge")
    SUPERVISE = "supervise", _("Supervise by name")
    ENFORCE = "enforce", _("Hand to enforcement")
    OUTCOME = "outcome", _("Record the outcome")
    FEED_BACK = "feed_back", _("Feed back")
    RETURN = "return", _("Return for rework")
    CLOSE = "close", _("Verify and close")
    LOOK_BACK_PASS = "look_back_pass", _("Look-back passed")
    LOOK_BACK_FAIL = "look_back_fail", _("Look-back failed, reopen")
    REOPEN = "reopen", _("Reopen")
    VOID = "void", _("Make void")
    # Done by nobody by hand: its grid was closed, and the work passes to the grid that took over.
    PASS_ON = "pass_on", _("Passed to the successor grid")


class Over(StrEnum):
    """Over which grid or unit the actor must hold the right."""

    PLACE = "place"  # the grid where it happened
    HOLDER = "holder"  # the grid or unit that holds it
    UPPER = "upper"  # the grid above the holder; for a unit, its home grid
    DESK = "desk"  # the command centre of the district
    PART = "part"  # a grid or unit whose part in joint handling is not done


class Holder(StrEnum):
    """Who holds the incident after the act."""

    PLACE = "place"  # the sub-grid where it happened
    KEEP = "keep"  # as before
    UPPER = "upper"  # the next grid up; above the town it is the command centre
    DESK = "desk"  # the command centre
    TARGET = "target"  # the grid or unit named in the act


class Clockwork(StrEnum):
    """What an act does to the clock of the whole incident; without one it goes on as it went."""

    STARTS = "starts"  # anew, by the rule in force, which is copied
    STOPS = "stops"  # for good
    EXTENDS = "extends"  # by the time asked for
    HOLDS = "holds"  # what is left is kept
    RUNS_ON = "runs_on"  # with what was left


@dataclass(frozen=True)
class Rule:
    """One line of the workflow, of what people do; PASS_ON has none.

    ``to`` is None where the state stays as it is; of ESCALATE it depends on the holder: see ``state_after``.
    """

    action: Action
    before: tuple[State, ...]
    to: State | None
    right: Right
    over: Over
    holder: Holder = Holder.KEEP
    # Required fields: note, photo, target, document (its number), original (the incident that it repeats),
    # helper (who is released), amount (of time), outcome.
    needs: frozenset[str] = frozenset()
    clock: Clockwork | None = None
    third_person: bool = False  # neither who handled nor who verified
    not_handler: bool = False  # not who handled
    grants: Request | None = None  # the kind of waiting request to which the act says yes
    # Shown among the main buttons; the rest stand folded.
    main: bool = True


def _needs(*fields: str) -> frozenset[str]:
    return frozenset(fields)


_HELD = (State.DISPATCHED, State.HANDLING)

WORKFLOW: dict[Action, Rule] = {
    rule.action: rule
    for rule in (
        Rule(Action.REPORT, (), State.REPORTED, Right.REPORT, Over.PLACE, Holder.PLACE, _needs("note")),
        Rule(Action.SETTLE, (State.REPORTED,), State.TO_VERIFY, Right.HOLD, Over.HOLDER,
             needs=_needs("note", "photo")),
        Rule(Action.ESCALATE, (State.REPORTED,), State.REPORTED, Right.HOLD, Over.HOLDER, Holder.UPPER,
             _needs("note")),
        Rule(Action.FILE, (State.TO_FILE,), State.TO_DISPATCH, Right.DESK, Over.DESK, Holder.DESK,
             clock=Clockwork.STARTS),
        Rule(Action.REJECT, (State.TO_FILE,), State.REJECTED, Right.DESK, Over.DESK, Holder.DESK,
             _needs("note")),
        Rule(Action.DISPATCH, (State.TO_DISPATCH,), State.DISPATCHED, Right.DESK, Over.DESK, Holder.TARGET,
             _needs("target"), Clockwork.STARTS),
        Rule(Action.ACCEPT, (State.DISPATCHED,), State.HANDLING, Right.HOLD, Over.HOLDER),
        Rule(Action.SEND_BACK, (State.DISPATCHED,), State.TO_DISPATCH, Right.HOLD, Over.HOLDER, Holder.DESK,
             _needs("note")),
        Rule(Action.FEED_BACK, (State.HANDLING,), State.TO_VERIFY, Right.HOLD, Over.HOLDER,
             needs=_needs("note", "photo")),
        Rule(Action.PART_DONE, _HELD, None, Right.HOLD, Over.PART, needs=_needs("note")),
        Rule(Action.ASK_EXTENSION, (State.HANDLING,), None, Right.HOLD, Over.HOLDER,
             needs=_needs("note", "amount"), main=False),
        Rule(Action.ASK_SUSPENSION, (State.HANDLING,), None, Right.HOLD, Over.HOLDER, needs=_needs("note"),
             main=False),
        Rule(Action.EXTEND, (State.HANDLING,), None, Right.DESK, Over.DESK, clock=Clockwork.EXTENDS,
             not_handler=True, grants=Request.EXTENSION),
        Rule(Action.SUSPEND, (State.HANDLING,), State.SUSPENDED, Right.DESK, Over.DESK, needs=_needs("note"),
             clock=Clockwork.HOLDS, not_handler=True, grants=Request.SUSPENSION, main=False),
        Rule(Action.REFUSE, (State.HANDLING,), None, Right.DESK, Over.DESK, needs=_needs("note"),
             not_handler=True),
        Rule(Action.RESUME, (State.SUSPENDED,), State.HANDLING, Right.DESK, Over.DESK,
             clock=Clockwork.RUNS_ON),
        Rule(Action.RETURN, (State.TO_VERIFY,), State.HANDLING, Right.VERIFY, Over.UPPER,
             needs=_needs("note"), not_handler=True),
        Rule(Action.CLOSE, (State.TO_VERIFY,), State.CLOSED, Right.VERIFY, Over.UPPER,
             clock=Clockwork.STOPS, not_handler=True),
        Rule(Action.MERGE, (State.TO_FILE, State.TO_DISPATCH), State.MERGED, Right.DESK, Over.DESK,
             needs=_needs("original"), clock=Clockwork.STOPS),
        Rule(Action.TRANSFER, _HELD, State.DISPATCHED, Right.DESK, Over.DESK, Holder.TARGET,
             _needs("note", "target"), main=False),
        Rule(Action.JOIN, _HELD, None, Right.DESK, Over.DESK, needs=_needs("note", "target"), main=False),
        Rule(Action.RELEASE, _HELD, None, Right.DESK, Over.DESK, needs=_needs("note", "helper"), main=False),
        Rule(Action.ENFORCE, (State.TO_DISPATCH, *_HELD), State.ENFORCEMENT, Right.DESK, Over.DESK,
             Holder.TARGET, _needs("note", "target"), main=False),
        Rule(Action.OUTCOME, (State.ENFORCEMENT,), State.TO_VERIFY, Right.HOLD, Over.HOLDER,
             needs=_needs("outcome", "document", "note")),
        Rule(Action.URGE, (State.REPORTED, *_HELD, State.ENFORCEMENT), None, Right.VERIFY, Over.UPPER,
             main=False),
        Rule(Action.SUPERVISE, (*_HELD, State.TO_VERIFY, State.ENFORCEMENT), None, Right.VERIFY, Over.UPPER,
             needs=_needs("note", "document"), not_handler=True, main=False),
        Rule(Action.REOPEN, (State.CLOSED,), State.TO_DISPATCH, Right.DESK, Over.DESK, Holder.DESK,
             _needs("note"), Clockwork.STARTS, main=False),
        Rule(Action.LOOK_BACK_PASS, (State.CLOSED,), State.CLOSED, Right.LOOK_BACK, Over.PLACE,
             needs=_needs("note", "photo"), third_person=True),
        Rule(Action.LOOK_BACK_FAIL, (State.CLOSED,), State.HANDLING, Right.LOOK_BACK, Over.PLACE,
             needs=_needs("note", "photo"), clock=Clockwork.STARTS, third_person=True),
        Rule(Action.VOID, (State.TO_FILE, State.TO_DISPATCH), State.VOID, Right.VOID, Over.DESK,
             needs=_needs("note"), clock=Clockwork.STOPS),
    )
}  # fmt: skip


def state_after(action: Action, before: State | str = "", *, reaches_desk: bool) -> State:
    """The state an act leads to from ``before``; ``reaches_desk``: reporting up passed the town to the
    command centre."""
    if action is Action.ESCALATE and reaches_desk:
        return State.TO_FILE
    return WORKFLOW[action].to or State(before)


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
