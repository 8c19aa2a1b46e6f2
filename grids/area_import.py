"""Boundaries of many grids from one FeatureCollection: read, held against the tree, told as changes.

Each feature names its grid by the property ``code``. Nothing is written here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import rfc8785
import shapely
from django.db import models
from django.db.models import Max
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import shape

from common.errors import Invalid
from common.words import Words, words
from grids import areas
from grids.dated import batches
from grids.models import Boundary, Grid
from grids.queries import below

MOST_BYTES = 20 * 1024 * 1024
MOST_FEATURES = 50_000
CODE = "code"
# OGC CRS84, EPSG 4326, and CGCS2000 (EPSG 4490), which lies within centimetres of WGS-84.
DEGREES = ("crs84", "4326", "4490")


class Kind(models.TextChoices):
    """What a feature does to its grid."""

    NEW = "new", gettext_lazy("New boundary")
    CHANGED = "changed", gettext_lazy("Changed boundary")
    SAME = "same", gettext_lazy("As it is")


KIND_TONES = {Kind.NEW: "done", Kind.CHANGED: "underway", Kind.SAME: "resting"}


@dataclass(frozen=True)
class Change:
    """A feature without fault: the area it gives a grid, and the one the grid has."""

    number: int  # of the feature, from 1
    grid_id: int
    code: str
    name: str
    geometry: dict[str, Any]
    before: dict[str, Any] | None

    @cached_property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.NEW
        alike = areas.identical(shape(self.before), shape(self.geometry))
        return Kind.SAME if alike else Kind.CHANGED

    @property
    def tone(self) -> str:
        return KIND_TONES[self.kind]

    @cached_property
    def square_metres(self) -> float:
        return areas.square_metres(shape(self.geometry))

    @cached_property
    def square_metres_before(self) -> float | None:
        return None if self.before is None else areas.square_metres(shape(self.before))


@dataclass(frozen=True)
class FeatureFault:
    """What is wrong with one feature (None: with the file), and where on the map."""

    message: Words
    number: int | None = None
    code: str = ""
    place: tuple[float, float] | None = None

    def __str__(self) -> str:
        if self.number is None:
            return str(self.message)
        return _("Feature %(number)s (%(code)s): %(what)s") % {
            "number": self.number,
            "code": self.code or "—",
            "what": self.message,
        }


@dataclass
class Survey:
    """What a file would do to the grids at and below one."""

    changes: list[Change] = field(default_factory=list)
    faults: list[FeatureFault] = field(default_factory=list)

    @cached_property
    def writes(self) -> list[Change]:
        """What is to be written: features that say what is so already are left out."""
        return [change for change in self.changes if change.kind != Kind.SAME]

    @property
    def counts(self) -> dict[Kind, int]:
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in Kind}

    @property
    def version(self) -> int:
        """A number that differs once anything would be changed otherwise; 60 bits of a SHA-256."""
        rows = [[one.grid_id, one.geometry, one.before] for one in self.changes]
        return int(hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:15], 16)


class Refused(Invalid):
    """An import with faults: all of them, each with feature, code and place."""

    def __init__(self, faults: list[FeatureFault]) -> None:
        super().__init__({"file": faults[0]})
        self.faults = faults


def parse(content: bytes) -> Any:
    """A file, or what was typed, as JSON. Raises ``Invalid`` on ``file`` with a sentence on what is wrong."""
    if len(content) > MOST_BYTES:
        raise Invalid({"file": _("The file is larger than 20 MB.")})
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid({"file": _("The file is not in UTF-8.")}) from None
    except json.JSONDecodeError as fault:
        text = _("This is not JSON: it goes wrong in line %(line)s, column %(column)s.")
        raise Invalid({"file": text % {"line": fault.lineno, "column": fault.colno}}) from None
    except (ValueError, RecursionError):  # a number of thousands of figures, brackets without end
        raise Invalid({"file": _("This is not JSON that can be read.")}) from None


def single(parsed: Any) -> Any:
    """The geometry meant by a file about one grid: a geometry, a feature, or a collection of one feature."""
    if isinstance(parsed, dict) and parsed.get("type") == "FeatureCollection":
        features = parsed.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise areas.NoArea(areas.Fault(words("Give one feature alone: the area of this grid.")))
        parsed = features[0]
    if isinstance(parsed, dict) and parsed.get("type") == "Feature":
        return parsed.get("geometry")
    return parsed


def survey(collection: Any, *, root_id: int, on: date, system: str) -> Survey:
    """What the collection would change at and below a grid from a day on, and every fault in it."""
    found = Survey()
    wrong = _of_collection(collection)
    if wrong is not None:
        found.faults.append(FeatureFault(wrong))
        return found
    grids = _grids(root_id)
    given: dict[int, tuple[int, str, dict[str, Any]]] = {}
    for number, feature in enumerate(collection["features"], start=1):
        code = _code(feature)
        try:
            grid = _named(code, grids)
            if grid.pk in given:
                first = given[grid.pk][0]
                raise _Wrong(words("Feature %(first)s is about this grid already.", first=first))
            given[grid.pk] = number, code, areas.taken_over(feature.get("geometry"), system=system)
        except _Wrong as wrong_one:
            found.faults.append(FeatureFault(wrong_one.message, number, code))
        except areas.NoArea as bad:
            found.faults.append(FeatureFault(bad.fault.words, number, code, bad.place))
    by_key = {grid.pk: grid for grid in grids.values()}
    past = history(given)
    for key, (number, code, geometry) in given.items():
        late = too_early(by_key[key], past.get(key), on)
        if late is not None:
            found.faults.append(FeatureFault(late, number, code))
            continue
        now = past[key].now if key in past else None
        found.changes.append(
            Change(number, key, code, by_key[key].name, geometry, before=now.geometry if now else None)
        )
    found.faults.sort(key=lambda one: one.number or 0)
    return found


# ---- what the tree says


@dataclass(frozen=True)
class Past:
    """The last day on which the boundary of a grid changed, and the one in force."""

    last: date
    now: Boundary | None


def history(grid_ids: Mapping[int, Any] | list[int]) -> dict[int, Past]:
    """Grid → its past, for those that ever had a boundary."""
    found: dict[int, Past] = {}
    for keys in batches(grid_ids):
        now = {row.grid_id: row for row in Boundary.objects.filter(grid_id__in=keys, valid_to__isnull=True)}
        rows = Boundary.objects.filter(grid_id__in=keys).order_by()
        days = rows.values_list("grid_id").annotate(begun=Max("valid_from"), ended=Max("valid_to"))
        for grid_id, begun, ended in days:
            found[grid_id] = Past(max(begun, ended or begun), now.get(grid_id))
    return found


def too_early(grid: Grid, past: Past | None, on: date) -> Words | None:
    """Why the boundary of a grid cannot change on a day, or None where it can."""
    if on < grid.opened_on:
        return words("The grid was opened after this day.")
    if past is not None and on < past.last:
        return words("The boundary was changed after this day.")
    return None


def _grids(root_id: int) -> dict[str, Grid]:
    down = below([root_id]).values("descendant_id")
    rows = Grid.objects.filter(pk__in=down, closed_on__isnull=True)
    return {grid.code: grid for grid in rows.only("code", "name", "opened_on")}


# ---- what the file says


class _Wrong(Exception):
    def __init__(self, message: Words) -> None:
        super().__init__(message)
        self.message = message


def _of_collection(collection: Any) -> Words | None:
    """What keeps the whole from being read."""
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        return words("The file is not a GeoJSON FeatureCollection.")
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        return words("There are no features in the file.")
    if len(features) > MOST_FEATURES:
        return words("The file has more than %(most)s features.", most=MOST_FEATURES)
    for name in _systems(collection):
        if not any(known in name.lower() for known in DEGREES):
            return words(
                "The file says its coordinates are in %(name)s. Export it in WGS-84 (EPSG:4326), in degrees.",
                name=_printable(name)[:80],
            )
    return None


def _systems(collection: Mapping[str, Any]) -> Iterator[str]:
    """The name of the reference system, as programs wrote it before RFC 7946."""
    crs = collection.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name:
        yield name


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get(CODE) if isinstance(properties, dict) else None
    if isinstance(code, int | float) and not isinstance(code, bool) and code == code // 1:
        code = int(code)  # a program may have taken it for a number
    return _printable(str(code).strip())[:64] if isinstance(code, str | int) else ""


def _printable(text: str) -> str:
    """Half characters, which JSON can hold and no page can show, are replaced."""
    return text.encode("utf-8", "replace").decode()


def _named(code: str, grids: Mapping[str, Grid]) -> Grid:
    if not code:
        raise _Wrong(words("The property “code”, which names the grid, is missing."))
    grid = grids.get(code)
    if grid is None:
        raise _Wrong(words("No open grid at or below this one has the code %(code)s.", code=code))
    return grid


def outline_hash(geometry: Mapping[str, Any] | None) -> str | None:
    """SHA-256 of a stored geometry, for the ledger."""
    return None if geometry is None else hashlib.sha256(rfc8785.dumps(dict(geometry))).hexdigest()


def corners(geometry: Mapping[str, Any]) -> int:
    return len(shapely.get_coordinates(shape(dict(geometry))))
