"""What befalls some staged incidents last, done by the real actions once everything is written."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from demo.history.texts import NOTES
from incidents import actions, queries
from incidents.models import Incident
from incidents.rules import WORKFLOW, Action, Outcome
from people.models import Unit, User

SEED = 20260708
# The logins of the demo that act, tried in this order: whoever may first does it.
WHO = ("dispatcher", "department", "town", "patrol", "chief")
DOCUMENTS = {Action.SUPERVISE: "环委办督〔2026〕7号", Action.OUTCOME: "环罚决字〔2026〕18号"}


@dataclass(frozen=True)
class Later:
    """The acts still to be done on an incident and when; “transfer U-BM1” names a target."""

    incident: int
    acts: Sequence[tuple[str, datetime]]


def go_on(rows: Sequence[Later]) -> int:
    """Do them; how many steps were written."""
    rng = random.Random(SEED)
    people = [User.objects.get(username=name) for name in WHO]
    for row in rows:
        for word, at in row.acts:
            verb, _, code = word.partition(" ")
            _act(row.incident, Action(verb), code, at, people, rng)
    return sum(len(row.acts) for row in rows)


def _act(
    key: int, action: Action, code: str, at: datetime, people: Sequence[User], rng: random.Random
) -> None:
    incident = Incident.objects.select_related("grid_now", "holder_unit", "category").get(pk=key)
    rule = WORKFLOW[action]
    given: dict[str, Any] = {}
    if "target" in rule.needs:
        given["target_unit"] = Unit.objects.get(code=code)
    if "original" in rule.needs:
        given["original"] = Incident.objects.get(pk=queries.likely_repeats(incident, people[0])[0].pk)
    if "helper" in rule.needs:
        given["helper"] = queries.open_parts(incident)[0]
    if "amount" in rule.needs:
        given["amount"] = 3
    if "outcome" in rule.needs:
        given["outcome"] = Outcome.FINE
    if "document" in rule.needs:
        given["document_number"] = DOCUMENTS[action]
    by = next(
        person
        for person in people
        if queries.posting_under(incident, person, rule) and queries.person_fits(incident, person, rule)
    )
    actions.perform(
        key, action, by=by, version=incident.version, note=rng.choice(NOTES[action]), at=at, **given
    )
