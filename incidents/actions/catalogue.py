"""Categories, deadline rules and the working calendar: who may change them, and the trace it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import chinese_calendar
from chinese_calendar import constants
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from incidents.defaults import CATEGORIES, DEADLINES
from incidents.models import Category, DeadlineRule, WorkDay
from ledgers.actions import NOBODY, Actor, Draft, Subject, record
from people.actions import district_administrator
from people.models import User

FIRST_YEAR = 2025
KNOWN_YEARS = range(min(constants.holidays).year, max(constants.holidays).year + 1)


@transaction.atomic
def install_defaults(*, at: datetime | None = None) -> None:
    """Put in the default categories, deadline rules and every published calendar year from 2025 on.

    What is there already stays as it is; a second call changes and records nothing.
    """
    added = _install_categories() + _install_rules()
    if added:
        _write(
            "install_defaults", "incidents.catalogue", "", _("Default catalogue"), NOBODY, at, {"rows": added}
        )
    fill_calendar(range(FIRST_YEAR, KNOWN_YEARS.stop), at=at)


@transaction.atomic
def fill_calendar(years: Iterable[int], *, by: User | None = None, at: datetime | None = None) -> int:
    """Take the State Council's working days of these years in; days already there stay. Returns days added.

    Raises ``Invalid`` for a year that has not been published (to the package we use).
    """
    who = _administrator(by) if by else NOBODY
    wanted = sorted(set(years))
    for year in wanted:
        if year not in KNOWN_YEARS:
            raise Invalid(
                {"year": _("The working calendar of %(year)s is not published yet.") % {"year": year}}
            )
    known = set(WorkDay.objects.filter(day__year__in=wanted).values_list("day", flat=True))
    days = [_work_day(day) for year in wanted for day in _days(year) if day not in known]
    WorkDay.objects.bulk_create(days, batch_size=500)
    if days:
        label = f"{wanted[0]}–{wanted[-1]}"
        _write(
            "fill_calendar", "incidents.calendar", label, label, who, at, {"years": wanted, "days": len(days)}
        )
    return len(days)


@transaction.atomic
def save_category(category: Category, *, by: User) -> Category:
    """Write a new or changed category. Raises ``NotAllowed`` unless ``by`` administers a district."""
    who = _administrator(by)
    if category.parent is not None and (category.parent_id == category.pk or category.parent.parent_id):
        raise Invalid({"parent": _("A category stands below a class, and a class below nothing.")})
    category.full_clean()
    new = category.pk is None
    category.save()
    _write(
        "add_category" if new else "change_category",
        "incidents.category",
        str(category.pk),
        category.name,
        who,
        None,
        {
            "code": category.code,
            "name": category.name,
            "name_en": category.name_en,
            "active": category.active,
        },
    )
    return category


@transaction.atomic
def save_rule(rule: DeadlineRule, *, by: User) -> DeadlineRule:
    """Write a new or changed deadline rule; clocks that already run keep the deadline they have."""
    who = _administrator(by)
    rule.full_clean()
    new = rule.pk is None
    rule.save()
    _write(
        "add_deadline" if new else "change_deadline",
        "incidents.deadline",
        str(rule.pk),
        f"{rule.category.name if rule.category else '*'} {rule.get_severity_display()}",
        who,
        None,
        {
            "category": rule.category.code if rule.category else "",
            "severity": rule.severity,
            "amount": rule.amount,
            "clock": rule.clock,
        },
    )
    return rule


def _install_categories() -> int:
    have = dict(Category.objects.values_list("code", "pk"))
    added = 0
    for classes in (True, False):
        rows = [
            Category(
                code=row.code,
                name=row.name,
                name_en=row.name_en,
                parent_id=have[row.parent] if row.parent else None,
                order=order,
            )
            for order, row in enumerate(CATEGORIES)
            if (not row.parent) == classes and row.code not in have
        ]
        Category.objects.bulk_create(rows)
        added += len(rows)
        have = dict(Category.objects.values_list("code", "pk"))
    return added


def _install_rules() -> int:
    have = set(DeadlineRule.objects.values_list("category__code", "severity"))
    keys: dict[str, int] = dict(Category.objects.values_list("code", "pk"))
    rows = [
        DeadlineRule(
            category_id=keys.get(row.category), severity=row.severity, amount=row.amount, clock=row.clock
        )
        for row in DEADLINES
        if (row.category or None, row.severity) not in have
    ]
    DeadlineRule.objects.bulk_create(rows)
    return len(rows)


def _days(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _work_day(day: date) -> WorkDay:
    special = constants.holidays.get(day) or constants.workdays.get(day)
    name = constants.Holiday(special).chinese if special else ""
    return WorkDay(day=day, working=chinese_calendar.is_workday(day), name=name)


def _administrator(by: User) -> Actor:
    """Who changes what holds in the whole district. Raises ``NotAllowed`` unless they administer one."""
    who, _home = district_administrator(by)
    return who


def _write(
    action: str, kind: str, key: str, label: str, who: Actor, at: datetime | None, payload: dict[str, object]
) -> None:
    record(
        Draft(
            app="incidents",
            action=action,
            subject=Subject(type=kind, id=key, label=label),
            actor=who,
            at=at or timezone.now(),
            payload=payload,
        )
    )
