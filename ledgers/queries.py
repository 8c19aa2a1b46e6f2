"""What is asked of the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from common.days import midnight
from ledgers.models import Entry


@dataclass(frozen=True)
class Reach:
    """A path (``/a/b/``) whose entries are read, and those below it: all, or those of a half-open time.

    Codes come again: where a path was another grid's before or after, the prefix alone is no scope.
    """

    path: str
    since: datetime | None = None
    until: datetime | None = None


def entries(*, paths: Sequence[Reach], own: int) -> QuerySet[Entry]:
    """Entries of the grids whose path then began with one of ``paths``, and those of the person ``own``."""
    seen = Q(actor_id=own)
    for path in paths:
        seen |= _within(path)
    return Entry.objects.filter(seen)


def visible_to(user: Any) -> QuerySet[Entry]:
    """What a person may read today; whose grids these are, ``settings.LEDGER_SCOPE`` says."""
    return entries(paths=import_string(settings.LEDGER_SCOPE)(user), own=user.pk)


def filtered(found: QuerySet[Entry], wanted: Mapping[str, Any]) -> QuerySet[Entry]:
    """Narrowed by the cleaned filters of the page; days are whole and both included."""
    if text := wanted.get("grid"):
        place = Q(grid_name__icontains=text) | Q(grid_path__contains=f"/{text}")
        for code in import_string(settings.LEDGER_GRIDS)(text):
            place |= Q(grid_path__contains=f"/{code}/")
        found = found.filter(place)
    if name := wanted.get("person"):
        found = found.filter(actor_name__icontains=name)
    if kind := wanted.get("kind"):
        found = found.filter(subject_type=kind)
    if label := wanted.get("subject"):
        found = found.filter(subject_label__icontains=label)
    if action := wanted.get("action"):
        app, _dot, name = action.partition(".")
        found = found.filter(app=app, action=name)
    if since := wanted.get("since"):
        found = found.filter(at__gte=midnight(since))
    if until := wanted.get("until"):
        found = found.filter(at__lt=midnight(until + timedelta(days=1)))
    return found


def intact(entry: Entry) -> bool:
    """Whether the digest is that of the content, and the columns say what the content says."""
    if hashlib.sha256(entry.payload.encode()).hexdigest() != entry.digest:
        return False
    content = json.loads(entry.payload)
    return bool(
        datetime.fromisoformat(content["at"]) == entry.at
        and [content["app"], content["action"]] == [entry.app, entry.action]
        and content["subject"] == [entry.subject_type, entry.subject_id, entry.subject_label]
        and content["grid"] == [entry.grid_id, entry.grid_name, entry.grid_path]
        and content["actor"] == [entry.actor_id, entry.actor_name, entry.posting_id, entry.role]
    )


def _within(reach: Reach) -> Q:
    found = _at_or_below(reach.path)
    if reach.since is not None:
        found &= Q(at__gte=reach.since)
    if reach.until is not None:
        found &= Q(at__lt=reach.until)
    return found


def _at_or_below(path: str) -> Q:
    if connection.vendor == "sqlite":
        # Its LIKE ignores case and so cannot use the index; the character after "/" is "0".
        return Q(grid_path__gte=path, grid_path__lt=f"{path[:-1]}0")
    return Q(grid_path__startswith=path)
