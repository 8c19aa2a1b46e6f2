"""Rows of the catalogues: categories, deadlines, calendar, checklists, patrol plans."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from incidents.defaults import CATEGORIES, DEADLINES
from incidents.models import Category, DeadlineRule, WorkDay
from inspections.defaults import CHECKLISTS, PLANS
from inspections.models import Checklist, PatrolPlan, Question

GUESSED = "未公布，演示按周一至周五推定"


@dataclass
class Catalogues:
    """The rows in the order in which they are written; ``unknown`` are years without a published plan."""

    categories: list[Category] = field(default_factory=list)
    deadlines: list[DeadlineRule] = field(default_factory=list)
    days: list[WorkDay] = field(default_factory=list)
    checklists: list[Checklist] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    plans: list[PatrolPlan] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def build(today: date) -> Catalogues:
    """The apps' own defaults as rows; the calendar covers the year before, this one and the next."""
    rows = Catalogues()
    _categories(rows)
    for year in range(today.year - 1, today.year + 2):
        _year(rows, year, today)
    for key, plan in enumerate(PLANS, start=1):
        rows.plans.append(PatrolPlan(pk=key, site_kind=plan.kind, risk=plan.risk, every_days=plan.every_days))
    for key, row in enumerate(CHECKLISTS, start=1):
        checklist = Checklist(pk=key, site_kind=row.kind, name=row.name, name_en=row.name_en)
        rows.checklists.append(checklist)
        for order, (name, name_en) in enumerate(row.questions, start=1):
            rows.questions.append(
                Question(
                    pk=len(rows.questions) + 1, checklist=checklist, order=order, name=name, name_en=name_en
                )
            )
    return rows


def _categories(rows: Catalogues) -> None:
    by_code: dict[str, Category] = {}
    for order, row in enumerate(CATEGORIES, start=1):
        category = Category(
            pk=order,
            code=row.code,
            parent=by_code.get(row.parent),
            name=row.name,
            name_en=row.name_en,
            order=order,
        )
        by_code[row.code] = category
        rows.categories.append(category)
    for key, rule in enumerate(DEADLINES, start=1):
        rows.deadlines.append(
            DeadlineRule(
                pk=key,
                category=by_code.get(rule.category),
                severity=rule.severity,
                amount=rule.amount,
                clock=rule.clock,
            )
        )


def _guessed(rows: Catalogues, year: int) -> None:
    """Mondays to Fridays, each marked as a guess: without them the demo could count no deadline."""
    day = date(year, 1, 1)
    while day.year == year:
        rows.days.append(WorkDay(day=day, working=day.weekday() < 5, name=GUESSED))
        day += timedelta(days=1)


def _year(rows: Catalogues, year: int, today: date) -> None:
    """The days of a year, where the State Council's plan for it is in the package."""
    day = date(year, 1, 1)
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        rows.unknown.append(year)
        if date(year - 1, 12, 1) <= today:
            _guessed(rows, year)
        return
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    while day.year == year:
        working, holiday = chinese_calendar.is_workday(day), chinese_calendar.get_holiday_detail(day)[1]
        name = names.get(holiday or "", "")
        if working and day.weekday() >= 5:
            name += "调休上班"
        rows.days.append(WorkDay(day=day, working=working, name=name))
        day += timedelta(days=1)
