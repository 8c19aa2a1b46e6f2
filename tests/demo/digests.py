"""A digest of rows that is the same for rows in memory, on SQLite and on PostgreSQL."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models


def digest(rows: Iterable[models.Model]) -> str:
    """SHA-256 over every field of every row, in the order given."""
    total = hashlib.sha256()
    for row in rows:
        fields = [[f.attname, _plain(f, getattr(row, f.attname))] for f in row._meta.concrete_fields]
        total.update(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode())
    return total.hexdigest()


def _plain(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(field, models.JSONField):
        return value
    if isinstance(value, bool | int):
        return value
    return str(value)
