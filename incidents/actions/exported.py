"""A list that leaves the system leaves a trace."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from ledgers.actions import Draft, Subject, record
from people.models import User
from people.queries import actor, current_postings


def note_export(*, by: User, rows: int, filters: Mapping[str, str]) -> None:
    """Write into the ledger that ``by`` exported a list of ``rows`` incidents found by ``filters``."""
    postings = current_postings(by)
    with transaction.atomic():
        record(
            Draft(
                app="incidents",
                action="export",
                subject=Subject(type="incidents.list", id="", label=f"{rows}"),
                actor=actor(by, postings[0] if postings else None),
                at=timezone.now(),
                payload={"rows": rows, "filters": dict(filters)},
            )
        )
