"""Pure rules of assessment: periods, rates, points, grades, ranks, the annual result, the digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
from django.utils.translation import gettext_lazy as _

from grids.rules import TOWN_LEVEL, VILLAGE_LEVEL

ZONE = ZoneInfo("Asia/Shanghai")  # domain §5: half-years are those of the office, not of the server
LEVELS = (TOWN_LEVEL, VILLAGE_LEVEL)
HALVES = ("H1", "H2")
CENT = Decimal("0.01")
HUNDRED = Decimal(100)

STAGES = {
    "queued": _("Waiting for a free worker"),
    "grids": _("Finding the grids of the period"),
    "figures": _("Counting incidents and visits"),
    "halves": _("Assessing a half-year that is still missing"),
    "scores": _("Scoring and ranking"),
    "writing": _("Writing the result"),
    "finished": _("Finished"),
}

BAND_TONES = ("done", "underway", "soon", "late")  # from the highest band down


@dataclass(frozen=True)
class Period:
    """A half-year (``2026H1``) or a year (``2026``): half-open, aware, in the office's time."""

    code: str
    start: datetime
    end: datetime

    @property
    def is_annual(self) -> bool:
        return len(self.code) == 4

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def halves(self) -> tuple[str, ...]:
        """Codes of the two halves of a year; none for a half-year."""
        return tuple(f"{self.code}{half}" for half in HALVES) if self.is_annual else ()

    @property
    def before(self) -> str:
        """Code of the period before this one, of the same length."""
        if self.is_annual:
            return f"{self.year - 1:04d}"
        return f"{self.year - 1:04d}H2" if self.code.endswith("H1") else f"{self.year:04d}H1"


def period(code: str) -> Period:
    """The period a code names. Raises ``ValueError`` for anything but YYYY, YYYYH1, YYYYH2 from 2000 on."""
    if not re.fullmatch(r"2[0-9]{3}(H[12])?", code, flags=re.ASCII):
        raise ValueError(code)
    year = int(code[:4])
    first, after = {
        "": ((year, 1), (year + 1, 1)),
        "H1": ((year, 1), (year, 7)),
        "H2": ((year, 7), (year + 1, 1)),
    }[code[4:]]
    return Period(code, datetime(*first, 1, tzinfo=ZONE), datetime(*after, 1, tzinfo=ZONE))


def period_of(day: date) -> str:
    """Code of the half-year a day lies in."""
    return f"{day.year:04d}H{1 if day.month <= 6 else 2}"


@dataclass(frozen=True)
class Window:
    """What is counted: events in ``[start, end)``; ``end`` is the data cut-off."""

    start: datetime
    end: datetime

    @property
    def first_day(self) -> date:
        return self.start.astimezone(ZONE).date()

    @property
    def day_after(self) -> date:
        """The first day of which nothing counts; a day cut in two by the cut-off still counts."""
        return (self.end - timedelta(microseconds=1)).astimezone(ZONE).date() + timedelta(days=1)


def last_day(window: Window) -> date:
    """The last day that counts."""
    return window.day_after - timedelta(days=1)


def cutoff(of: Period, *, asked: datetime | None, today: date) -> datetime:
    """Up to when data count: the period's end, or earlier if it was asked for or today begins before it.

    The day is part of the input, so that the same command gives the same digest all day long.
    """
    latest = asked or datetime(today.year, today.month, today.day, tzinfo=ZONE)
    return min(of.end, latest)


def half_up(value: Decimal) -> Decimal:
    """Two decimals, rounded half up (domain §2)."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def rate(numerator: int, denominator: int, *, smallest: int = 1) -> Decimal | None:
    """Per cent with two decimals; None (not applicable) where the denominator is below the smallest."""
    if denominator <= 0 or denominator < smallest:
        return None
    return half_up(Decimal(numerator) * HUNDRED / Decimal(denominator))


def points(value: Decimal | None, *, floor: Decimal, target: Decimal, full: Decimal) -> Decimal | None:
    """Points for a rate: none at the floor, ``full`` at the target, in proportion between.

    Lower is better where ``target < floor``. None where the rate is not applicable.
    """
    if value is None:
        return None
    share = (value - floor) / (target - floor)
    return half_up(full * min(max(share, Decimal(0)), Decimal(1)))


def score(parts: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """Out of 100, from (points earned or None, full points) of each item.

    Points of items that are not applicable are spread over the others in proportion, that is, the
    score is earned ÷ applicable × 100. None where no item applies.
    """
    applicable = [(earned, full) for earned, full in parts if earned is not None]
    total = sum((full for _earned, full in applicable), Decimal(0))
    if not total:
        return None
    return half_up(sum((earned for earned, _full in applicable), Decimal(0)) * HUNDRED / total)


def annual(scores: Mapping[str, Decimal | None], weights: Mapping[str, str]) -> Decimal | None:
    """The year's score from those of H1 and H2 by weight.

    A grid without a score in one half (opened later, closed earlier, nothing due) takes the other
    half's alone: the missing weight passes to it. None where both are missing.
    """
    there = {half: value for half, value in scores.items() if value is not None and half in weights}
    total = sum((Decimal(weights[half]) for half in there), Decimal(0))
    if not total:
        return None
    return half_up(sum((value * Decimal(weights[half]) for half, value in there.items()), Decimal(0)) / total)


def grade(value: Decimal | None, bands: Sequence[Mapping[str, str]]) -> str:
    """Code of the highest band whose lower edge the score reaches; empty without a score or a band."""
    if value is None:
        return ""
    reached = [band for band in bands if value >= Decimal(band["from"])]
    return max(reached, key=lambda band: Decimal(band["from"]))["code"] if reached else ""


def ranks(scores: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """Standard competition ranking (1, 2, 2, 4) by code; ties stay ties, no score has no rank."""
    place: dict[Decimal, int] = {}
    for position, value in enumerate(sorted((v for v in scores.values() if v is not None), reverse=True), 1):
        place.setdefault(value, position)
    return {code: None if value is None else place[value] for code, value in scores.items()}


def band_tones(bands: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Band code → tone of its tag, the highest first; bands beyond the fourth are late too."""
    ordered = sorted(bands, key=lambda band: Decimal(band["from"]), reverse=True)
    return {band["code"]: BAND_TONES[min(i, len(BAND_TONES) - 1)] for i, band in enumerate(ordered)}


def text(value: Decimal | None) -> str | None:
    """A decimal as the digest keeps it: two decimals, or null."""
    return None if value is None else str(half_up(value))


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()
