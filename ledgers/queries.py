"""What is asked of the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ledgers import scope
from ledgers.models import Entry


def visible_to(user: Any) -> QuerySet[Entry]:
    """The entries a person reads: what happened at or below their grids, and what they did themselves.

    A grid that was moved keeps its code, so its present leader reads what happened in it before, and
    its former upper grid what happened while it lay there.
    """
    seen = Q(actor_id=user.pk)
    for code in scope.reads(user):
        seen |= Q(grid_path__contains=f"/{code}/")
    return Entry.objects.filter(seen)


def filtered(entries: QuerySet[Entry], wanted: Mapping[str, Any]) -> QuerySet[Entry]:
    """Narrowed by the cleaned filters of the page; days are whole and both included."""
    if text := wanted.get("grid"):
        place = Q(grid_name__icontains=text)
        for code in scope.named(text):
            place |= Q(grid_path__contains=f"/{code}/")
        entries = entries.filter(place)
    if name := wanted.get("person"):
        entries = entries.filter(actor_name__icontains=name)
    if label := wanted.get("subject"):
        entries = entries.filter(subject_label__icontains=label)
    if action := wanted.get("action"):
        app, _dot, name = action.partition(".")
        entries = entries.filter(app=app, action=name)
    if since := wanted.get("since"):
        entries = entries.filter(at__gte=_midnight(since))
    if until := wanted.get("until"):
        entries = entries.filter(at__lt=_midnight(until + timedelta(days=1)))
    return entries


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


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
