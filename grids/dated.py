"""Rows that hold from a day on: what is to be written so that a new state follows the old one.

Used for names and areas of grids and names of levels, always inside the tree's lock. A row never covers no
day at all, and going there and back on one day leaves no trace. What changed after the day is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid

BATCH = 2000
Key = TypeVar("Key", int, str)


def day_of_change(on: date | None) -> date:
    """The day from which a change holds, today by default. Raises ``Invalid`` on ``on`` for one ahead."""
    today = timezone.localdate()
    if on is not None and on > today:
        raise Invalid({"on": _("The day lies ahead. Changes take effect today or were in effect before.")})
    return on or today


def settle(
    model: type[models.Model], wanted: Mapping[int, Mapping[str, Any] | None], *, on: date, key: str
) -> int:
    """Let each thing named in ``wanted`` be so from a day on (None: not at all); returns how many changed.

    ``key`` is the column that names the thing, such as ``grid_id``. Rows that hold already are left alone;
    one that ended this same day and said the same goes on. Raises ``Invalid`` on ``on`` where one of them
    was changed after that day.
    """
    manager: Any = model._default_manager
    stale: list[int] = []  # begun this very day: they never were
    ended: list[int] = []
    fresh: dict[int, Mapping[str, Any]] = {}
    changed: list[int] = []
    for keys in batches(wanted):
        now = {
            getattr(row, key): row for row in manager.filter(valid_to__isnull=True, **{f"{key}__in": keys})
        }
        for one in keys:
            row, fields = now.get(one), wanted[one]
            if row is None and fields is None:
                continue
            if row is not None and fields is not None and _says(row, fields):
                continue
            changed.append(one)
            if row is not None:
                (stale if row.valid_from == on else ended).append(row.pk)
            if fields is not None:
                fresh[one] = fields
    _check_nothing_later(manager, changed, on=on, key=key)
    for keys in batches(stale):
        manager.filter(pk__in=keys).delete()
    for keys in batches(ended):
        manager.filter(pk__in=keys).update(valid_to=on)
    resumed: list[int] = []
    for keys in batches(fresh):
        for row in manager.filter(valid_to=on, **{f"{key}__in": keys}).exclude(pk__in=ended):
            if _says(row, fresh[getattr(row, key)]):
                resumed.append(row.pk)
                del fresh[getattr(row, key)]
    for keys in batches(resumed):
        manager.filter(pk__in=keys).update(valid_to=None)
    manager.bulk_create(
        (model(**{key: one}, **fields, valid_from=on) for one, fields in fresh.items()), batch_size=BATCH
    )
    return len(changed)


def _check_nothing_later(manager: Any, changed: Iterable[int], *, on: date, key: str) -> None:
    later = Q(valid_from__gt=on) | Q(valid_to__gt=on)
    for keys in batches(changed):
        row = manager.filter(later, **{f"{key}__in": keys}).order_by("-valid_from").first()
        if row is not None:
            day = row.valid_from if row.valid_from > on else row.valid_to
            raise Invalid({"on": _("It was changed on %(day)s, after this day.") % {"day": day.isoformat()}})


def _says(row: models.Model, fields: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in fields.items())


def batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """The keys in lists short enough for one statement on either database."""
    every = list(keys)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
