"""The workbook of people: its sheets, and what a row of them means. Restructuring shares its columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from common.words import words
from common.workbooks import Column, Problem, Row, Sheet, Table
from people.models import Posting, Role, User

LOGIN = Column("username", gettext_lazy("Login name"), width=24, aliases=("用户名", "账号", "user", "login"))
PERSON = Column("name", pgettext_lazy("person", "Name"), required=False, width=12)
ROLE = Column("role", gettext_lazy("Role"), width=14, aliases=("职务", "角色"))

PEOPLE = Sheet(
    "people",
    gettext_lazy("People"),
    (
        LOGIN,
        Column("name", pgettext_lazy("person", "Name"), width=12),
        Column(
            "phone", gettext_lazy("Phone"), required=False, width=16, aliases=("手机", "手机号", "联系电话")
        ),
        Column(
            "active", pgettext_lazy("account", "Open"), required=False, width=10, aliases=("active", "状态")
        ),
    ),
    required=False,
    aliases=("users", "人员名单", "用户"),
)
POSTINGS = Sheet(
    "postings",
    gettext_lazy("Postings"),
    (
        LOGIN,
        PERSON,
        ROLE,
        Column("grid", gettext_lazy("Grid's code"), required=False, width=18, aliases=("网格",)),
        Column("unit", gettext_lazy("Unit's code"), required=False, width=18, aliases=("单位",)),
        Column("from", gettext_lazy("First day"), required=False, width=12, aliases=("任职起", "开始日期")),
        Column("last", gettext_lazy("Last day"), required=False, width=12, aliases=("任职止", "结束日期")),
    ),
    required=False,
)
SHEETS = (PEOPLE, POSTINGS)

YES, NO = pgettext_lazy("account", "yes"), pgettext_lazy("account", "no")
YES_WORDS = {"1", "yes", "y", "true", "是", "启用", "在用", "正常"}
NO_WORDS = {"0", "no", "n", "false", "否", "停用", "关闭", "注销"}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
YEARS = range(1949, 2100)


@dataclass(frozen=True)
class PersonRow:
    """A person as a row says. What the sheet has no column for, or leaves to us, is None."""

    row: int
    username: str
    name: str
    phone: str | None
    active: bool | None


@dataclass(frozen=True)
class PostingRow:
    """A posting as a row says; ``end`` is the day after its last one, as everywhere in the code."""

    row: int
    username: str
    name: str
    role: str
    grid: str
    unit: str
    start: date | None
    end: date | None


# ---- reading


def read_people(table: Table, problems: list[Problem]) -> list[PersonRow]:
    """The rows in order; what is wrong with one goes to ``problems``, and the row is left out."""
    found = []
    for row in table.rows:
        wrong = _unfit(table, row, ("username", "name", "phone"))
        wrong += _missing(table, row, ("username", "name"))
        active = _yes_or_no(row["active"])
        if row["active"] and active is None:
            text = words("“%(text)s” is neither yes nor no.", text=row["active"])
            wrong.append(table.problem(row, "active", text, kind="bad_choice"))
        username = User.normalize_username(row["username"])
        phone = row["phone"] if "phone" in table.letters else None
        wrong += _too_long(table, row, {"username": username, "name": row["name"], "phone": phone or ""})
        problems += wrong
        if not wrong:
            found.append(PersonRow(row.number, username, row["name"], phone, active))
    return found


def read_postings(table: Table, problems: list[Problem]) -> list[PostingRow]:
    """The rows in order; what is wrong with one goes to ``problems``, and the row is left out."""
    roles = choices(Role)
    found = []
    for row in table.rows:
        wrong = _unfit(table, row, ("username", "name", "grid", "unit"))
        wrong += _missing(table, row, ("username",))
        role = roles.get(row["role"].casefold())
        if role is None:
            wrong.append(no_choice(table, row, "role", Role))
        if bool(row["grid"]) == bool(row["unit"]):
            text = words("Name the code of a grid or of a unit, one of the two.")
            wrong.append(table.problem(row, "grid", text, kind="bad_place"))
        start, last = (_day(table, row, column, wrong) for column in ("from", "last"))
        if start and last and last < start:
            text = words("The last day lies before the first.")
            wrong.append(table.problem(row, "last", text, kind="bad_dates"))
        problems += wrong
        if not wrong and role is not None:
            end = last + timedelta(days=1) if last else None
            username = User.normalize_username(row["username"])
            found.append(
                PostingRow(row.number, username, row["name"], role, row["grid"], row["unit"], start, end)
            )
    return found


def choices(of: type[models.TextChoices]) -> dict[str, str]:
    """Every way to write a choice: its value, and its label in each language."""
    ways: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            ways.update({str(choice.label).casefold(): choice.value for choice in of})
    ways.update({choice.value: choice.value for choice in of})
    return ways


def no_choice(table: Table, row: Row, column: str, of: type[models.TextChoices]) -> Problem:
    text = words(
        "“%(text)s” is none of these: %(choices)s.",
        text=row[column],
        choices="、".join(str(choice.label) for choice in of),
    )
    return table.problem(row, column, text, kind="bad_choice")


def _missing(table: Table, row: Row, columns: Sequence[str]) -> list[Problem]:
    text = words("Please fill this in.")
    return [table.problem(row, column, text, kind="missing") for column in columns if not row[column]]


def _unfit(table: Table, row: Row, columns: Sequence[str]) -> list[Problem]:
    """Signs that no keyboard writes: the database refuses some, and none belongs into a name."""
    text = words("This holds a sign that cannot be kept. Please type it anew.")
    return [
        table.problem(row, column, text, kind="bad_sign")
        for column in columns
        if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in row[column])
    ]


def _too_long(table: Table, row: Row, texts: dict[str, str]) -> list[Problem]:
    found = []
    for column, text in texts.items():
        most: int = User._meta.get_field(column).max_length  # type: ignore[union-attr, assignment]
        if len(text) > most:
            said = words("Longer than %(most)s signs.", most=most)
            found.append(table.problem(row, column, said, kind="too_long"))
    return found


def _yes_or_no(text: str) -> bool | None:
    said = text.casefold()
    return True if said in YES_WORDS else False if said in NO_WORDS else None


def _day(table: Table, row: Row, column: str, wrong: list[Problem]) -> date | None:
    """The day in a cell; None for an empty one, and for a fault, which goes to ``wrong``."""
    if not row[column]:
        return None
    match = DAY.fullmatch(unicodedata.normalize("NFKC", row[column]))
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        text = words("“%(text)s” is not a day. Write it as 2026-01-31.", text=row[column])
        wrong.append(table.problem(row, column, text, kind="bad_day"))
        return None
    return day


# ---- writing


def person_line(person: User) -> list[str]:
    return [person.username, person.name, person.phone, str(YES if person.is_active else NO)]


def posting_line(posting: Posting) -> list[str | date | None]:
    """A posting with person, grid and unit loaded."""
    return [
        posting.person.username,
        posting.person.name,
        str(posting.get_role_display()),
        posting.grid.code if posting.grid else "",
        posting.unit.code if posting.unit else "",
        posting.valid_from,
        posting.last_day,
    ]
