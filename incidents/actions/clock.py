"""The clock of an incident: started by the rule in force, which is copied, extended, held and let go."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from incidents import deadlines, queries
from incidents.models import ClockRequest, Incident
from incidents.rules import Clockwork


def turn(incident: Incident, how: Clockwork | None, *, at: datetime, asked: ClockRequest | None) -> None:
    """Do to the clock what a line of the workflow says; ``asked`` is the request that waits for an answer.

    Raises ``Invalid`` where no rule covers the incident or the calendar does not reach far enough.
    """
    match how:
        case Clockwork.STARTS:
            _start(incident, at)
        case Clockwork.EXTENDS if asked is not None and asked.amount and incident.due_at is not None:
            days = queries.calendar_for(incident.due_at, asked.amount)
            incident.due_at = deadlines.due(incident.due_at, asked.amount, incident.clock, days)
        case Clockwork.HOLDS if incident.due_at is not None:
            days = queries.calendar(since=timezone.localdate(at), until=timezone.localdate(incident.due_at))
            incident.time_left = deadlines.left(at, incident.due_at, incident.clock, days)
            incident.due_at = None
        case Clockwork.RUNS_ON if incident.time_left is not None:
            days = queries.calendar_for(at, deadlines.days_of(incident.time_left, incident.clock))
            incident.due_at = deadlines.runs_on(at, incident.time_left, incident.clock, days)
            incident.time_left = None


def _start(incident: Incident, at: datetime) -> None:
    rule = queries.deadline_rule(incident.category, incident.severity)
    if rule is None:
        raise Invalid({"": _("No deadline rule covers this category and severity.")})
    incident.clock_started_at, incident.clock_amount, incident.clock = at, rule.amount, rule.clock
    days = queries.calendar_for(at, rule.amount)
    incident.due_at = deadlines.due(at, rule.amount, rule.clock, days)
