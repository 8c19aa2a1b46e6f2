"""One act as asked for, and whether it has what its line of the workflow needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids.models import Grid
from incidents import queries
from incidents.models import Incident, JointPart, Step
from incidents.rules import MOST_AMOUNT, Action, Outcome, Rule
from ledgers.models import StoredFile
from people.models import Posting, Unit, User

Photo = UploadedFile | StoredFile


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act as asked for, checked to be allowed."""

    rule: Rule
    by: User
    posting: Posting
    at: datetime
    note: str
    photos: Sequence[Photo]
    key: str | None
    target_grid: Grid | None = None
    target_unit: Unit | None = None
    document_number: str = ""
    original: Incident | None = None
    helper: JointPart | None = None
    amount: int | None = None
    outcome: Outcome | str = ""


def check_needs(incident: Incident, act: Act) -> None:
    """Raise ``Invalid`` with a sentence for every field that is missing or does not fit."""
    checks = {
        "note": lambda: {} if act.note else {"note": _("Please write a few words.")},
        "photo": lambda: {} if act.photos else {"photos": _("Please add at least one photo.")},
        "target": lambda: _check_target(incident, act),
        "document": lambda: _check_document(act),
        "original": lambda: _check_original(incident, act),
        "helper": lambda: _check_helper(incident, act),
        "amount": lambda: _check_amount(act),
        "outcome": lambda: {} if act.outcome in Outcome else {"outcome": _("Choose how the case ended.")},
    }
    wrong: dict[str, str] = {}
    for need in sorted(act.rule.needs):
        wrong |= checks[need]()
    if wrong:
        raise Invalid(wrong)


def _check_target(incident: Incident, act: Act) -> dict[str, str]:
    if (act.target_grid is None) == (act.target_unit is None):
        if act.rule.action is Action.ENFORCE:
            return {"target": _("Choose a department.")}
        return {"target": _("Choose a town or a department.")}
    grids, units = queries.targets(incident, act.rule.action)
    fits = act.target_grid in grids or act.target_unit in units
    return {} if fits else {"target": _("This incident cannot be given there.")}


def _check_document(act: Act) -> dict[str, str]:
    longest = Step._meta.get_field("document_number").max_length or 0
    if not act.document_number:
        return {"document_number": _("Give the number of the document.")}
    if len(act.document_number) > longest:
        return {"document_number": _("At most %(n)s characters.") % {"n": longest}}
    return {}


def _check_original(incident: Incident, act: Act) -> dict[str, str]:
    """Whom it repeats: another incident in sight, still open. Both rows are locked."""
    if act.original is None:
        return {"original": _("Give the number of the incident that it repeats.")}
    if act.original.pk == incident.pk:
        return {"original": _("An incident does not repeat itself.")}
    found = queries.visible_to(act.by).filter(pk=act.original.pk).first()
    if found is None:
        return {"original": _("There is no such incident in your sight.")}
    if not found.open:
        return {"original": _("%(number)s is no longer open.") % {"number": found.number}}
    return {}


def _check_helper(incident: Incident, act: Act) -> dict[str, str]:
    if act.helper is None or act.helper not in queries.open_parts(incident):
        return {"helper": _("Choose who is released.")}
    return {}


def _check_amount(act: Act) -> dict[str, str]:
    if act.amount is None or not 0 < act.amount <= MOST_AMOUNT:
        return {"amount": _("Give a number from 1 to %(most)s.") % {"most": MOST_AMOUNT}}
    return {}
