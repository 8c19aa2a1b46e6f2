"""Texts of the office by version: a new one follows the one before, what was in force is never edited.

A version begins on a day that has not passed, since what held yesterday is settled; only the first of all may
begin earlier. One that was to begin the same day, and that nobody has relied on, is replaced: it never was in
force.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.errors import Invalid

# Numbers that were typed before the items: the page numbers them itself.
NUMBER = re.compile(
    r"^\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:[)）、．]|\.(?!\d))|[•·]|[-–*]\s)\s*"
)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a version says, one item a line; the English is optional."""

    name: str
    text: str
    name_en: str = ""
    text_en: str = ""
    document: str = ""


def wording_of(row: Any) -> Wording:
    return Wording(
        name=row.name, text=row.text, name_en=row.name_en, text_en=row.text_en, document=row.document
    )


def items(row: Any) -> list[str]:
    """The items of a version in the active language, Chinese where there is no English, without numbers."""
    english = (get_language() or "").startswith("en") and row.text_en.strip()
    lines = (row.text_en if english else row.text).splitlines()
    return [text for line in lines if (text := NUMBER.sub("", line).strip())]


def _nobody(row: Any) -> bool:
    return False


def follow(
    model: type[models.Model],
    of: Mapping[str, Any],
    wording: Wording,
    *,
    on: date,
    relied_on: Callable[[Any], bool] = _nobody,
) -> Any:
    """Write the version of ``of`` (the fields that name the thing) that begins on a day; the row.

    Raises ``Invalid`` on ``name``, ``text``, ``document`` or ``valid_from``. Call it in a transaction.
    """
    wording = _tidied(wording)
    _check_length(model, wording)
    last = _last(model, of)
    number = 1
    if last is not None:
        _check_day(last, on)
        if last.valid_to is None and wording_of(last) == wording:
            raise Invalid({"text": _("Nothing in it differs from the version before.")})
        number = last.version + 1
        if last.valid_from == on:
            if relied_on(last):
                raise Invalid(
                    {"valid_from": _("The version of this day has been acknowledged. Choose a later day.")}
                )
            number = last.version
            last.delete()
        elif last.valid_to is None:
            last.valid_to = on
            last.save(update_fields=["valid_to"])
    return _written(model(**of, **asdict(wording), version=number, valid_from=on))


def end(model: type[models.Model], of: Mapping[str, Any], *, on: date) -> Any | None:
    """Let the version in force end, with none after it; the row, or None where none is in force.

    One that began this very day never was. Raises ``Invalid`` on ``valid_from``.
    """
    last = _last(model, of)
    if last is None or last.valid_to is not None:
        return None
    _check_day(last, on)
    if last.valid_from == on:
        last.delete()
    else:
        last.valid_to = on
        last.save(update_fields=["valid_to"])
    return last


def _last(model: type[models.Model], of: Mapping[str, Any]) -> Any | None:
    """The newest version, all of them locked."""
    versions = list(model._default_manager.select_for_update().filter(**of).order_by("version"))
    return versions[-1] if versions else None


def _check_day(last: Any, on: date) -> None:
    if on < last.valid_from:
        text = _("A version from %(day)s on is set already.") % {"day": last.valid_from.isoformat()}
        raise Invalid({"valid_from": text})
    if last.valid_to is not None and on < last.valid_to:
        text = _("The version before ends on %(day)s.") % {"day": last.valid_to.isoformat()}
        raise Invalid({"valid_from": text})
    if on < timezone.localdate():
        raise Invalid(
            {"valid_from": _("What was in force is not changed afterwards. Choose today or later.")}
        )


def _tidied(wording: Wording) -> Wording:
    """Without space around the whole and at the ends of lines, so that only words make a difference."""
    return Wording(
        **{
            name: "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").strip().split("\n"))
            for name, value in asdict(wording).items()
        }
    )


def _check_length(model: type[models.Model], wording: Wording) -> None:
    """Django asks no model for the length of a long text, only its forms."""
    for name in ("text", "text_en"):
        most: int | None = getattr(model._meta.get_field(name), "max_length", None)
        if most is not None and len(getattr(wording, name)) > most:
            raise Invalid({name: _("The text is longer than %(most)s signs.") % {"most": most}})


def _written(row: Any) -> Any:
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as error:
        raise Invalid({name: " ".join(words) for name, words in error.message_dict.items()}) from error
    except IntegrityError as error:
        # Two first versions at once have no row to wait for.
        raise Invalid({"": _("Someone else has set a version at this moment. Look at it first.")}) from error
    return row
