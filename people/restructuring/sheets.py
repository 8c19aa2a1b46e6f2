"""The sheets of units and postings, and what a row of them means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from common.words import words
from common.workbooks import Column, Problem, Sheet, Table, code
from people.models import Posting, Role, Unit, UnitKind
from people.sheets import LOGIN, PERSON, ROLE, choices, no_choice

UNITS = Sheet(
    "units",
    gettext_lazy("Units"),
    (
        Column("code", gettext_lazy("Code"), width=18, aliases=("单位代码", "编码")),
        Column("kind", gettext_lazy("Kind"), width=14, aliases=("类型", "单位类别")),
        Column("name", gettext_lazy("Name"), width=24),
        Column("name_en", pgettext_lazy("column", "English name"), required=False, width=28),
        Column("grid", gettext_lazy("Home grid's code"), width=18, aliases=("所属网格", "home", "home grid")),
    ),
    required=False,
)
POSTINGS = Sheet(
    "postings",
    gettext_lazy("Postings"),
    (
        LOGIN,
        PERSON,
        ROLE,
        Column("grid", gettext_lazy("Grid's code"), width=18, aliases=("网格",)),
        Column("unit", gettext_lazy("Unit's code"), required=False, width=18, aliases=("单位",)),
    ),
    required=False,
)


def read_units(table: Table, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    kinds = choices(UnitKind)
    for row in table.rows:
        kind = kinds.get(row["kind"].casefold())
        wrong = [
            table.problem(row, column, words("Please fill this in."), kind="missing")
            for column in ("code", "name", "grid")
            if not row[column]
        ]
        wrong += table.unfit(row, ("code", "name", "name_en", "grid"))
        for column in ("code", "name", "name_en"):
            most: int = getattr(Unit._meta.get_field(column), "max_length", None) or 0
            if len(row[column]) > most:
                text = words("This is longer than %(most)s characters.", most=most)
                wrong.append(table.problem(row, column, text, kind="too_long"))
        if kind is None:
            wrong.append(no_choice(table, row, "kind", UnitKind))
        problems += wrong
        if not wrong:
            yield {
                "row": row.number, "code": code(row["code"]), "kind": kind, "name": row["name"],
                "name_en": row["name_en"], "grid": code(row["grid"]),
            }  # fmt: skip


def read_postings(table: Table, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    roles = choices(Role)
    for row in table.rows:
        role = roles.get(row["role"].casefold())
        wrong = table.unfit(row, ("username", "name", "grid", "unit"))
        if not row["username"]:
            wrong.append(table.problem(row, "username", words("Please fill this in."), kind="missing"))
        if role is None:
            wrong.append(no_choice(table, row, "role", Role))
        if bool(row["grid"]) == bool(row["unit"]):
            text = words("Name the code of a grid or of a unit, one of the two.")
            wrong.append(table.problem(row, "grid", text, kind="bad_place"))
        problems += wrong
        if not wrong:
            yield {
                "row": row.number, "username": row["username"], "name": row["name"], "role": role,
                "grid": code(row["grid"]), "unit": code(row["unit"]),
            }  # fmt: skip


def line(posting: Posting) -> list[str]:
    return [
        posting.person.username,
        posting.person.name,
        str(posting.get_role_display()),
        posting.grid.code if posting.grid else "",
        posting.unit.code if posting.unit else "",
    ]
