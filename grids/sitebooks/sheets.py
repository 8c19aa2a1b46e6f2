"""The workbook of sites: what its cells mean, and the workbook of the sites as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy

from common import workbooks
from common.coordinates import System, to_wgs84
from common.words import Words, words
from common.workbooks import Book, Cell, Column, Filled, Problem, Row, Sheet, Table
from grids import dossiers
from grids.dossiers import MAIN, PART, PARTS, Content, Part
from grids.models import Grid, Site


def _columns(model: type[models.Model], keys: Iterable[str], widths: Mapping[str, int]) -> tuple[Column, ...]:
    """Columns headed as the fields are called everywhere."""
    return tuple(
        Column(
            key,
            dossiers.label(model, key),
            required=False,
            width=widths.get(key, 16),
            aliases=ALIASES.get(key, ()),
        )
        for key in keys
    )


ALIASES = {
    "lon": ("lng", "东经"),
    "lat": ("北纬",),
    "risk": ("风险", "监管等级"),
    "address": ("详细地址", "单位地址"),
    "contact_name": ("负责人", "环保负责人"),
    "contact_phone": ("电话", "联系方式", "手机"),
    "credit_code": ("信用代码", "社会信用代码"),
    "industry": ("行业", "行业类别"),
    "remarks": ("说明",),
    "kind": ("类型",),
}
CODE = Column("code", gettext_lazy("Site's code"), width=20, aliases=("代码", "编码", "点位编码", "code"))
SITES = Sheet(
    "sites",
    gettext_lazy("Sites"),
    (
        CODE,
        Column("name", gettext_lazy("Site's name"), width=28, aliases=("名称", "单位名称", "企业名称")),
        Column(
            "subgrid",
            gettext_lazy("Sub-grid's code"),
            required=False,
            width=20,
            aliases=("所属网格", "网格代码", "四级网格代码"),
        ),
        # for the reader alone
        Column("subgrid_name", gettext_lazy("Sub-grid's name"), required=False, width=24),
        *_columns(Site, MAIN[:3], {"address": 40}),
        Column(
            "system",
            gettext_lazy("Coordinate system"),
            required=False,
            width=22,
            aliases=("坐标系统", "坐标"),
        ),
        *_columns(Site, MAIN[3:], {"industry": 28, "remarks": 40, "credit_code": 22}),
    ),
    aliases=("点位", "网格点", "企业", "单位"),
)
SHEETS: dict[str, Sheet] = {
    part.key: Sheet(
        part.key,
        part.title,
        (CODE, *_columns(part.model, part.fields, {part.name: 28, "issued_by": 28, "process": 40})),
        required=False,
    )
    for part in PARTS
}
ALL = (SITES, *SHEETS.values())


# ---- read


@dataclass
class SiteRow:
    """A row of the sheet of sites. ``main`` has the fields whose columns are there and whose cells are not
    empty or may be; ``parts`` the lists whose sheets are there. ``bad`` are the cells told of already."""

    row: Row
    code: str
    name: str
    subgrid: str
    main: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[PartRow]] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def is_bad(self) -> bool:
        """Whether any cell of the site or of its lists was told of."""
        return bool(self.bad) or any(one.bad for rows in self.parts.values() for one in rows)


@dataclass
class PartRow:
    """A row of a list."""

    row: Row
    values: dict[str, str]
    bad: set[str] = field(default_factory=set)


@dataclass
class SiteBook:
    """What was read: a row for each code, and everything wrong so far."""

    tables: dict[str, Table]
    rows: dict[str, SiteRow]
    problems: list[Problem]


def read(file: IO[bytes]) -> SiteBook:
    """Read the workbook. Raises ``workbooks.NotAWorkbook``."""
    book = workbooks.read(file, ALL)
    reader = _Reader(book)
    if SITES.key in book.tables:
        reader.sites(book.tables[SITES.key])
        for part in PARTS:
            if part.key in book.tables:
                reader.part(part, book.tables[part.key])
    return SiteBook(book.tables, reader.rows, book.problems)


# An empty cell of these leaves what is there; of others it empties the field.
KEPT_WHERE_EMPTY = frozenset({"kind", "risk", "lon", "lat"})
NO_END = frozenset({"长期", "长期有效", "永久", "无固定期限", "long-term", "permanent"})


# How offices write it.
SYSTEMS: dict[str, str] = {
    **dict.fromkeys(("wgs-84", "gps", "大地2000", "cgcs2000"), System.WGS84.value),
    **dict.fromkeys(("gcj-02", "高德", "腾讯", "火星坐标", "国测局"), System.GCJ02.value),
}


# Shorter words for some choices, as they stand in offices' lists.
SHORT: dict[tuple[str, str], dict[str, str]] = {
    ("Site", "kind"): {
        **dict.fromkeys(("企业", "事业单位", "工业企业"), "enterprise"),
        **dict.fromkeys(("小区", "居民小区"), "compound"),
        **dict.fromkeys(("工地", "施工工地", "建筑工地"), "construction"),
        "市场": "market",
    },
    ("Site", "risk"): {"重点源": "key", "二类源": "second", "一般源": "ordinary"},
}


class _Reader:
    def __init__(self, book: Book) -> None:
        self.problems = book.problems
        self.rows: dict[str, SiteRow] = {}
        self.meanings: dict[tuple[str, str], dict[str, str]] = {}
        self.title = book.tables[SITES.key].title if SITES.key in book.tables else str(SITES.title)
        self.systems = SYSTEMS | _meanings(dict(System.choices))

    def sites(self, table: Table) -> None:
        for row in table.rows:
            found = SiteRow(row, _line(row["code"]), _line(row["name"]), _line(row["subgrid"]))
            for key, text in (("code", found.code), ("name", found.name)):
                fault = dossiers.field_fault(Grid, key, text)
                if fault is not None:
                    self._tell(table, row, key, fault, found.bad, kind="missing" if not text else "invalid")
            if found.code in self.rows:
                self._tell(
                    table, row, "code", words("This code stands here twice."), found.bad, kind="duplicate"
                )
                continue
            for key in MAIN:
                if key in table.letters and (row[key] or key not in KEPT_WHERE_EMPTY):
                    found.main[key] = self._value(table, row, Site, key, found.bad)
            self._bring_to_wgs84(table, row, found)
            if found.code:
                self.rows[found.code] = found

    def _bring_to_wgs84(self, table: Table, row: Row, found: SiteRow) -> None:
        system = self.systems.get(_key(row["system"]), "") if row["system"] else System.WGS84.value
        if not system:
            self._tell(table, row, "system", _none_of(row["system"]), found.bad)
        if system != System.GCJ02 or not {"lon", "lat"} <= found.main.keys() - found.bad:
            return
        lon, lat = (found.main[key] for key in ("lon", "lat"))
        if not any(dossiers.field_fault(Site, key, found.main[key]) for key in ("lon", "lat")):
            places = to_wgs84(Decimal(lon), Decimal(lat), system=system)
            found.main["lon"], found.main["lat"] = (f"{degrees:f}" for degrees in places)

    def part(self, part: Part, table: Table) -> None:
        for one in self.rows.values():
            one.parts[part.key] = []
        for row in table.rows:
            bad: set[str] = set()
            site = self.rows.get(_line(row["code"]))
            if site is None:
                text = words("The sheet “%(sheet)s” has no site of this code.", sheet=self.title)
                self._tell(table, row, "code", text, bad, kind="no_site")
                continue
            values = {key: self._value(table, row, part.model, key, bad) for key in part.fields}
            if part.key == "facilities" and not values["state"] and "state" not in bad:
                values["state"] = "running"
            site.parts[part.key].append(PartRow(row, values, bad))

    def _value(self, table: Table, row: Row, model: type[models.Model], key: str, bad: set[str]) -> str:
        """The cell as a content has it; what cannot be understood is told, and reads as empty."""
        text = row[key]
        of = model._meta.get_field(key)
        if isinstance(of, models.DateField):
            day = "" if key == "valid_until" and text.casefold() in NO_END else _day(text)
            if day is None:
                fault = words("“%(text)s” is not a day such as 2026-11-24.", text=text[:40])
                self._tell(table, row, key, fault, bad)
            return day or ""
        if text and getattr(of, "choices", None):
            value = self._meaning(model, key).get(_key(text), "")
            if not value:
                self._tell(table, row, key, _none_of(text), bad)
            return value
        return dossiers.plain(model, key, text)

    def _meaning(self, model: type[models.Model], key: str) -> dict[str, str]:
        of = (model.__name__, key)
        if of not in self.meanings:
            self.meanings[of] = SHORT.get(of, {}) | _meanings(dossiers.labels(model, key))
        return self.meanings[of]

    def _tell(
        self, table: Table, row: Row, column: str, message: Words, bad: set[str], *, kind: str = "invalid"
    ) -> None:
        self.problems.append(table.problem(row, column, message, kind=kind))
        bad.add(column)


def _none_of(text: str) -> Words:
    return words("“%(text)s” is none of the values to choose from.", text=text[:40])


def _meanings(of: Mapping[str, Any]) -> dict[str, str]:
    """Every way to write a value: its key and its label in each language."""
    found = {_key(value): value for value in of}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {_key(str(label)): value for value, label in of.items()}
    return found


def _key(text: str) -> str:
    return "".join(text.split()).casefold()


def _line(text: str) -> str:
    return " ".join(text.split())


DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$", re.ASCII)
FIGURES = re.compile(r"^(\d{4})(\d{2})(\d{2})$", re.ASCII)


def _day(text: str) -> str | None:
    """A day as offices write it (2026-11-24, 2026/11/24, 2026年11月24日, 20261124), in ISO. None if none."""
    if not text:
        return ""
    match = DAY.match(text) or FIGURES.match(text)
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else None
    except ValueError:
        return None


# ---- filled


def filled(sites: Sequence[Site], said: Mapping[int, Content]) -> list[Filled]:
    """The sheets of these sites, grid and sub-grid loaded: imported unchanged, they change nothing."""
    return [
        Filled(SITES, [_site_cells(site, said[site.pk]) for site in sites]),
        *(Filled(SHEETS[key], _part_cells(PART[key], sites, said)) for key in SHEETS),
    ]


def _site_cells(site: Site, content: Content) -> list[Cell]:
    grid = site.grid
    special: dict[str, Callable[[], Cell]] = {
        "code": lambda: grid.code,
        "name": lambda: grid.name,
        "subgrid": lambda: grid.parent.code if grid.parent else "",
        "subgrid_name": lambda: grid.parent.name if grid.parent else "",
        "system": lambda: "WGS-84",
    }
    return [
        special[column.key]() if column.key in special else _cell(Site, column.key, content[column.key])
        for column in SITES.columns
    ]


def _part_cells(part: Part, sites: Sequence[Site], said: Mapping[int, Content]) -> list[list[Cell]]:
    return [
        [site.grid.code, *(_cell(part.model, key, row[key]) for key in part.fields)]
        for site in sites
        for row in said[site.pk][part.key]
    ]


def _cell(model: type[models.Model], key: str, text: str) -> Cell:
    """A value as a cell: days as days, degrees as numbers, choices by their label."""
    of = model._meta.get_field(key)
    if not text:
        return None
    if isinstance(of, models.DateField):
        day = date.fromisoformat(text)
        return day if day.year >= 1900 else text  # a workbook knows no earlier day
    if isinstance(of, models.DecimalField):
        return Decimal(text)
    return str(dossiers.labels(model, key).get(text, text))
