"""Write entries, always inside the transaction of what they record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785
from django.db import transaction

from ledgers.models import Entry
from ledgers.rules import is_known


@dataclass(frozen=True, kw_only=True)
class Place:
    """A grid as it was when something happened: ``path`` is the codes from the root, ``/a/b/c/``."""

    grid_id: int | None = None
    name: str = ""
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acted and under which posting. ``user_id`` None means the system itself."""

    user_id: int | None
    name: str
    posting_id: int | None = None
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an act was about: ``type`` such as ``incidents.incident``, its key and a readable label."""

    type: str
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One entry to be: ``at`` is aware; ``payload`` holds JSON values only (no floats of meaning)."""

    app: str
    action: str
    subject: Subject
    actor: Actor
    at: datetime
    place: Place = field(default_factory=Place)
    payload: Mapping[str, Any] = field(default_factory=dict)


NOBODY = Actor(user_id=None, name="")


def record(draft: Draft) -> Entry:
    """Write one entry and return it.

    Raises ``RuntimeError`` outside a transaction: an entry must stand or fall with its act.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A ledger entry is written in the transaction of what it records.")
    entry = build(draft)
    entry.save(force_insert=True)
    return entry


def record_many(drafts: Iterable[Draft]) -> int:
    """Write many entries set-wise, in order; returns how many."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Ledger entries are written in the transaction of what they record.")
    return len(Entry.objects.bulk_create((build(draft) for draft in drafts), batch_size=1000))


def build(draft: Draft) -> Entry:
    """The unsaved entry for a draft, its content canonical and hashed.

    Raises ``ValueError`` for an action that is not in ``rules.ACTIONS``.
    """
    if not is_known(draft.app, draft.action):
        raise ValueError(f"Not an action of the ledger: {draft.app}.{draft.action}")
    content = rfc8785.dumps(
        {
            "at": draft.at.isoformat(),
            "app": draft.app,
            "action": draft.action,
            "subject": [draft.subject.type, draft.subject.id, draft.subject.label],
            "grid": [draft.place.grid_id, draft.place.name, draft.place.path],
            "actor": [draft.actor.user_id, draft.actor.name, draft.actor.posting_id, draft.actor.role],
            "payload": dict(draft.payload),
        }
    )
    return Entry(
        at=draft.at,
        app=draft.app,
        action=draft.action,
        subject_type=draft.subject.type,
        subject_id=draft.subject.id,
        subject_label=draft.subject.label,
        grid_id=draft.place.grid_id,
        grid_name=draft.place.name,
        grid_path=draft.place.path,
        actor_id=draft.actor.user_id,
        actor_name=draft.actor.name,
        posting_id=draft.actor.posting_id,
        role=draft.actor.role,
        payload=content.decode(),
        digest=hashlib.sha256(content).hexdigest(),
    )
