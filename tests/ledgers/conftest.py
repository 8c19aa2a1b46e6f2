from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from grids.models import Grid
from grids.queries import place
from ledgers.actions import NOBODY, Actor, Draft, Subject, record
from ledgers.models import Entry
from people.models import User

type_of_entry = Callable[..., Entry]


@pytest.fixture
def write(db: None) -> type_of_entry:
    """Write one entry: what was done in a grid, by whom, and when."""

    def entry(
        grid: Grid,
        *,
        by: User | None = None,
        app: str = "inspections",
        action: str = "log_visit",
        subject: Subject | None = None,
        at: datetime | None = None,
        payload: dict[str, Any] | None = None,
    ) -> Entry:
        with transaction.atomic():
            return record(
                Draft(
                    app=app,
                    action=action,
                    subject=subject or Subject(type="inspections.visit", id="1", label=grid.name),
                    actor=Actor(user_id=by.pk, name=str(by), role="worker") if by else NOBODY,
                    at=at or timezone.now(),
                    place=place(grid),
                    payload=payload or {},
                )
            )

    return entry
