"""What an act says to people: who does what next, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from incidents.models import ClockRequest, Incident, Step
from incidents.rules import TONES, Action, Clock, Outcome, Request, State
from people.models import Role

DONE = {
    Action.REPORT: gettext_lazy("Reported as %(number)s; %(holder)s is to settle it or report it up."),
    Action.SETTLE: gettext_lazy("Settled on the spot; the upper grid verifies it next."),
    Action.ESCALATE: gettext_lazy("Reported up to %(holder)s."),
    Action.FILE: gettext_lazy("Filed; choose where to dispatch it next."),
    Action.REJECT: gettext_lazy("Not filed; the reason stands in its story."),
    Action.DISPATCH: gettext_lazy("Dispatched to %(holder)s, feedback due by %(due)s."),
    Action.ACCEPT: gettext_lazy("Accepted; feedback due by %(due)s."),
    Action.SEND_BACK: gettext_lazy("Sent back to %(holder)s to be dispatched anew."),
    Action.FEED_BACK: gettext_lazy("Fed back; the upper grid verifies it next."),
    Action.RETURN: gettext_lazy("Returned to %(holder)s for rework, still due by %(due)s."),
    Action.CLOSE: gettext_lazy("Verified and closed."),
    Action.LOOK_BACK_PASS: gettext_lazy("Look-back passed; nothing more is due."),
    Action.LOOK_BACK_FAIL: gettext_lazy("Reopened; %(holder)s is to handle it again by %(due)s."),
    Action.TRANSFER: gettext_lazy("Transferred to %(holder)s; its clock goes on, due by %(due)s."),
    Action.MERGE: gettext_lazy("Merged as a repeat of %(original)s; that one goes on."),
    Action.JOIN: gettext_lazy("Asked to help; feedback waits until that part is done."),
    Action.RELEASE: gettext_lazy("Released from joint handling."),
    Action.PART_DONE: gettext_lazy("Your part is done; %(holder)s leads and feeds back."),
    Action.ASK_EXTENSION: gettext_lazy("Asked for more time; until the answer it is due by %(due)s."),
    Action.ASK_SUSPENSION: gettext_lazy("Asked for suspension; until the answer it is due by %(due)s."),
    Action.EXTEND: gettext_lazy("Extended; now due by %(due)s."),
    Action.SUSPEND: gettext_lazy("Suspended; its clock stands still until it is resumed."),
    Action.REFUSE: gettext_lazy("Refused; still due by %(due)s."),
    Action.RESUME: gettext_lazy("Resumed with the time that was left; now due by %(due)s."),
    Action.URGE: gettext_lazy("Urged."),
    Action.SUPERVISE: gettext_lazy("Under your supervision by name until it is closed."),
    Action.ENFORCE: gettext_lazy("Handed to %(holder)s, which records the outcome."),
    Action.OUTCOME: gettext_lazy("The outcome is recorded; the upper grid verifies it next."),
    Action.REOPEN: gettext_lazy("Reopened; choose where to dispatch it next."),
    Action.VOID: gettext_lazy("Made void."),
}
LOOK_BACK_DUE = gettext_lazy("Verified and closed; a look-back is due on %(day)s.")

BUTTON_TONES = {Action.REJECT: "danger", Action.VOID: "danger", Action.LOOK_BACK_FAIL: "danger"}


def deadline(moment: datetime | None) -> str:
    """A deadline in words: 11月26日18时, or with minutes where it has them."""
    if moment is None:
        return "—"
    local = timezone.localtime(moment)
    if local.minute:
        # Translators: a deadline with minutes, in Django's date format
        return date_format(local, pgettext("deadline", "H:i \\o\\n j M"))
    # Translators: a deadline at a full hour, in Django's date format
    return date_format(local, pgettext("deadline, full hour", "H:i \\o\\n j M"))


def said(step: Step, incident: Incident) -> str:
    """The sentence for the person who just did it."""
    look_back = getattr(step, "look_back", None) if step.action == Action.CLOSE else None
    if look_back is not None:
        # Translators: a day in Django's date format
        return LOOK_BACK_DUE % {"day": date_format(look_back.due_on, pgettext("look-back day", "j M"))}
    return str(DONE[Action(step.action)]) % {
        "number": incident.number,
        "holder": holder_name(step),
        "due": deadline(step.due_at),
        "original": incident.merged_into.number if incident.merged_into else "—",
    }


def allowed(incident: Incident) -> str:
    """The rule its clock was started by, in words: “5 working days”."""
    if incident.clock_amount is None:
        return ""
    return f"{incident.clock_amount} {incident.get_clock_display()}"


def held(incident: Incident) -> str:
    """What is left of a clock that stands still, in words."""
    if incident.time_left is None:
        return ""
    if incident.clock == Clock.WORKING_DAYS:
        text = ngettext("%(n)s working day left", "%(n)s working days left", incident.time_left)
        return text % {"n": incident.time_left}
    hours = -(-incident.time_left // 3600)
    return ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}


def request(waiting: ClockRequest | None) -> str:
    """What the holder asks of the command centre, in a sentence."""
    if waiting is None:
        return ""
    asked = {"who": waiting.asked_step.by, "why": waiting.asked_step.note}
    if waiting.kind == Request.SUSPENSION:
        return _("%(who)s asks for suspension: %(why)s") % asked
    unit = Clock(waiting.incident.clock).label
    more = asked | {"amount": waiting.amount, "clock": unit}
    return _("%(who)s asks for %(amount)s more %(clock)s: %(why)s") % more


def holder_name(thing: Incident | Step) -> str:
    """The holder's name: a grid's as it is, a unit's in the reader's language."""
    if thing.holder_unit is not None:
        return thing.holder_unit.label
    return str(thing.holder_grid) if thing.holder_grid else "—"


def who(step: Step) -> str:
    """The person and as what they acted."""
    role = Role(step.posting.role).label if step.posting else ""
    return f"{step.by} · {role}" if role else str(step.by)


def _text(step: Step) -> str:
    """The note, with the outcome and the document that only some steps have."""
    before = [str(Outcome(step.outcome).label)] if step.outcome else []
    if step.document_number:
        before.append(_("document %(number)s") % {"number": step.document_number})
    return "\n".join(filter(None, [" · ".join(before), step.note]))


def timeline(incident: Incident, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The steps as the timeline component shows them, newest last."""
    return [
        {
            "title": Action(step.action).label,
            "at": step.at,
            "who": who(step),
            "where": _("then with %(holder)s") % {"holder": holder_name(step)},
            "text": _text(step),
            "tone": TONES[State(step.after)],
            "photos": [
                {"url": reverse("incidents:photo", args=[incident.pk, photo.pk])}
                for photo in step.photos.all()
            ],
        }
        for step in steps
    ]
