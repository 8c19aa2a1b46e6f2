"""What a dossier says: made canonical, checked, compared, merged, shown. Nothing here asks the database.

A content is JSON of texts alone, without keys of rows: the main fields, and a list for each part in an
order of its own, so that equal dossiers are equal contents. Days are ISO, degrees have six decimals, and
what is empty is ``""``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import rfc8785
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import phones
from common.coordinates import rounded
from common.words import Words, words
from grids.models import Facility, Permit, PollutionSource, Site

Content = dict[str, Any]
Given = Mapping[str, Any]

MAIN = (
    "kind", "risk", "address", "lon", "lat", "contact_name", "contact_phone", "credit_code", "industry",
    "surveyed_on", "remarks",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A list inside a dossier. ``identity`` is what tells its rows apart from one version to the next."""

    key: str
    model: type[models.Model]
    fields: tuple[str, ...]
    identity: tuple[str, ...]
    title: Any  # what the list is called
    row_title: Any  # one row, by its ``%(name)s``

    @property
    def name(self) -> str:
        """The field a row is called by."""
        return self.identity[-1]


PARTS = (
    Part(
        "sources",
        PollutionSource,
        ("kind", "name", "pollutants", "outlet"),
        ("kind", "name"),
        gettext_lazy("Pollution sources"),
        gettext_lazy("Pollution source “%(name)s”"),
    ),
    Part(
        "permits",
        Permit,
        ("kind", "number", "issued_by", "valid_from", "valid_until"),
        ("kind", "number"),
        gettext_lazy("Permits"),
        gettext_lazy("Permit “%(name)s”"),
    ),
    Part(
        "facilities",
        Facility,
        ("name", "treats", "process", "state"),
        ("treats", "name"),
        gettext_lazy("Treatment facilities"),
        gettext_lazy("Treatment facility “%(name)s”"),
    ),
)
PART = {part.key: part for part in PARTS}


# Where a field is called otherwise than in its table, since it stands among others here.
LABELS: dict[tuple[type[models.Model], str], Any] = {(PollutionSource, "name"): gettext_lazy("Source's name")}


# ---- made


def content(site: Site, sources: Iterable[Any], permits: Iterable[Any], facilities: Iterable[Any]) -> Content:
    """What the rows of a dossier say."""
    rows = {"sources": sources, "permits": permits, "facilities": facilities}
    return made(
        {key: getattr(site, key) for key in MAIN},
        {
            part.key: [{key: getattr(row, key) for key in part.fields} for row in rows[part.key]]
            for part in PARTS
        },
    )


def made(main: Given, parts: Mapping[str, Iterable[Given]]) -> Content:
    """The canonical content of these values, which may be a form's, a workbook's or a row's."""
    said: Content = {key: plain(Site, key, main.get(key)) for key in MAIN}
    for part in PARTS:
        rows = [
            {key: plain(part.model, key, row.get(key)) for key in part.fields}
            for row in parts.get(part.key, ())
        ]
        said[part.key] = sorted(rows, key=_rank(part))
    return said


def read(stored: Given) -> Content:
    """A content kept earlier: a field that dossiers have had since then reads as empty."""
    return made(stored, {part.key: stored.get(part.key, ()) for part in PARTS})


def plain(model: type[models.Model], key: str, value: Any) -> str:
    """A value as a content has it: one line, but for long texts; nothing around it."""
    if value is None or value == "":
        return ""
    field = model._meta.get_field(key)
    if isinstance(field, models.DecimalField):
        return _degrees(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if isinstance(field, models.TextField):
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()
    text = " ".join(text.split())
    return text.upper() if key == "credit_code" else text


def _degrees(value: Any) -> str:
    """Six decimals; what is no place on the earth stays as it was typed, to be told as a fault."""
    text = str(value).strip()
    try:
        degrees = Decimal(text)
        return f"{rounded(degrees) + 0:f}" if abs(degrees) <= 180 else text
    except InvalidOperation:
        return text


def _rank(part: Part) -> Callable[[Mapping[str, str]], tuple[Any, ...]]:
    """Rows stand in the order of their kinds, then of their names."""
    orders = {key: _order(part.model, key) for key in part.fields}
    keys = [*part.identity, *(key for key in part.fields if key not in part.identity)]
    return lambda row: tuple((orders[key].get(row[key], len(orders[key])), row[key]) for key in keys)


def _order(model: type[models.Model], key: str) -> dict[str, int]:
    return {value: place for place, value in enumerate(labels(model, key))}


def labels(model: type[models.Model], key: str) -> dict[str, Any]:
    """Value → label of a field with choices, in their order; empty for others."""
    return dict(getattr(model._meta.get_field(key), "choices", None) or ())


def digest(said: Content) -> str:
    """SHA-256 of a content (RFC 8785), by which the ledger knows it again."""
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


# ---- into rows


def main_values(said: Content) -> dict[str, Any]:
    """The fields of ``Site`` that a checked content stands for."""
    return {key: _value(Site, key, said[key]) for key in MAIN}


def rows(part: Part, said: Content, *, site_id: int) -> list[Any]:
    """Unsaved rows of a part of a checked content."""
    return [
        part.model(site_id=site_id, **{key: _value(part.model, key, row[key]) for key in part.fields})
        for row in said[part.key]
    ]


def _value(model: type[models.Model], key: str, text: str) -> Any:
    field = model._meta.get_field(key)
    if isinstance(field, models.DateField):
        return date.fromisoformat(text) if text else None
    return Decimal(text) if isinstance(field, models.DecimalField) else text


# ---- checked


@dataclass(frozen=True)
class Fault:
    """What is wrong in a field: of the main ones (``part`` empty), or of a row of a part."""

    key: str
    message: Words
    part: str = ""
    index: int = 0


def faults(said: Content, *, today: date) -> Iterator[Fault]:
    """Everything in a content that a dossier may not say."""
    yield from main_faults(said, today=today)
    for part in PARTS:
        for index, row in enumerate(said[part.key]):
            for fault in row_faults(part, row):
                yield replace(fault, part=part.key, index=index)


def main_faults(said: Content, *, today: date) -> Iterator[Fault]:
    """What is wrong with the main fields."""
    found = {key: field_fault(Site, key, said[key]) for key in MAIN}
    found["surveyed_on"] = found["surveyed_on"] or survey_fault(said["surveyed_on"], today=today)
    found["credit_code"] = found["credit_code"] or credit_code_fault(said["credit_code"])
    found["contact_phone"] = found["contact_phone"] or phones.fault(said["contact_phone"])
    yield from (Fault(key, message) for key, message in found.items() if message is not None)


def row_faults(part: Part, row: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with a row of a part."""
    found = {key: field_fault(part.model, key, row[key]) for key in part.fields}
    if part.key == "permits" and not any(found.values()):
        found["valid_until"] = term_fault(row["valid_from"], row["valid_until"])
    yield from (Fault(key, message) for key, message in found.items() if message is not None)


LIMITS = {"lon": 180, "lat": 90}


def field_fault(model: type[models.Model], key: str, text: str) -> Words | None:
    """Why a field may not say this, by what the model allows."""
    field: Any = model._meta.get_field(key)
    if not text:
        return None if field.blank else words("Please fill this in.")
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        return words("There are characters in it that cannot be kept.")
    if field.choices and text not in dict(field.choices):
        return words("“%(text)s” is none of the values to choose from.", text=text[:40])
    if isinstance(field, models.DecimalField):
        return _degrees_fault(key, text)
    if isinstance(field, models.DateField):
        return None if _is_day(text) else words("“%(text)s” is not a day such as 2026-11-24.", text=text[:40])
    if field.max_length and len(text) > field.max_length:
        return words("This is longer than %(most)s characters.", most=field.max_length)
    return None


def _degrees_fault(key: str, text: str) -> Words | None:
    try:
        degrees = Decimal(text)
    except InvalidOperation:
        return words("“%(text)s” is not a number of degrees such as 113.842156.", text=text[:40])
    if not degrees.is_finite() or abs(degrees) > LIMITS[key]:
        return words("A place does not lie on the earth; the order is longitude, latitude.")
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def survey_fault(text: str, *, today: date) -> Words | None:
    """A survey is entered once it was made."""
    if text and _is_day(text) and date.fromisoformat(text) > today:
        return words("This day lies ahead.")
    return None


def term_fault(valid_from: str, valid_until: str) -> Words | None:
    """A permit does not end before it begins. ISO days compare as texts."""
    if valid_from and valid_until and valid_until < valid_from:
        return words("This day lies before the first one.")
    return None


# GB 32100-2015: 17 signs without I, O, S, V, Z and a check sign, weights 3^i modulo 31.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code_fault(text: str) -> Words | None:
    """Whether a unified social credit code was copied wrongly."""
    if not text:
        return None
    if len(text) != 18 or any(sign not in SIGNS for sign in text):
        return words("A unified social credit code has 18 figures and letters, none of them I, O, S, V or Z.")
    if check_sign(text[:17]) != text[17]:
        return words("The check figure of this code does not fit: please compare it with the licence.")
    return None


def check_sign(first: str) -> str:
    """The 18th sign after these seventeen."""
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first))
    return SIGNS[-total % 31]


# ---- compared


@dataclass(frozen=True)
class Change:
    """One thing that differs, in words of the active language; ``old`` is empty for what was added."""

    label: str
    old: str
    new: str


POSITION = ("lon", "lat")


def difference(old: Content, new: Content) -> list[Change]:
    """What changed from one content to another, main fields first."""
    found = [
        Change(str(label(Site, key)), shown(Site, key, old[key]), shown(Site, key, new[key]))
        for key in MAIN
        if key not in POSITION and old[key] != new[key]
    ]
    if position(old) != position(new):
        found.append(Change(_("Position"), position(old), position(new)))
    for part in PARTS:
        found += _part_difference(part, old[part.key], new[part.key])
    return found


def _part_difference(
    part: Part, old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]]
) -> Iterator[Change]:
    before, after = _by_identity(part, old), _by_identity(part, new)
    for identity in dict.fromkeys([*before, *after]):
        olds, news = before.get(identity, []), after.get(identity, [])
        for one, other in zip(olds, news, strict=False):
            for key in part.fields:
                if one[key] != other[key]:
                    where = f"{row_title(part, one)} · {label(part.model, key)}"
                    yield Change(where, shown(part.model, key, one[key]), shown(part.model, key, other[key]))
        for gone in olds[len(news) :]:
            yield Change(row_title(part, gone), summary(part, gone), _("removed"))
        for added in news[len(olds) :]:
            yield Change(row_title(part, added), "", summary(part, added))


def _by_identity(
    part: Part, of: Iterable[Mapping[str, str]]
) -> dict[tuple[str, ...], list[Mapping[str, str]]]:
    found: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in of:
        found.setdefault(tuple(row[key] for key in part.identity), []).append(row)
    return found


def merge(seen: Content, typed: Content, now: Content) -> tuple[Content, list[Change]]:
    """What a person typed who saw ``seen``, upon what has become ``now`` meanwhile.

    What they did not touch follows the other; where both changed the same, theirs is kept and told as a
    ``Change`` from what stands there now.
    """
    merged: Content = {}
    both: Content = dict(now)
    for keys in (*((key,) for key in MAIN if key not in POSITION), POSITION, *((part,) for part in PART)):
        mine = any(typed[key] != seen[key] for key in keys)
        theirs = any(now[key] != seen[key] for key in keys)
        for key in keys:
            merged[key] = typed[key] if mine else now[key]
            if mine and theirs:
                both[key] = typed[key]
    return merged, difference(now, both)


# ---- shown


def label(model: type[models.Model], key: str) -> Any:
    """What a field is called, for each reader in their language."""
    field: Any = model._meta.get_field(key)
    return LABELS.get((model, key)) or capfirst(field.verbose_name)


def shown(model: type[models.Model], key: str, text: str) -> str:
    """A value for reading, in the active language."""
    return str(labels(model, key).get(text, text)) or "—"


def position(said: Content) -> str:
    """Longitude and latitude."""
    return f"{said['lon']}, {said['lat']}"


def row_title(part: Part, row: Mapping[str, str]) -> str:
    """A row by its name."""
    return str(part.row_title) % {"name": row[part.name]}


def summary(part: Part, row: Mapping[str, str]) -> str:
    """What else a row says, in one line."""
    said = (shown(part.model, key, row[key]) for key in part.fields if key != part.name and row[key])
    return " · ".join(said) or "—"
