"""The report as a workbook: a ranking sheet a level, and every figure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import report, rules
from assessments.forms import period_label
from assessments.models import Result, Run


def workbook(run: Run, results: Sequence[Result], levels: dict[int, str]) -> bytes:
    """The XLSX file. Text is always written as text: a name that begins with ``=`` is no formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    looks = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({"bold": True, "bg_color": "#E3F1EC", "border": 1, "text_wrap": True}),
        "text": book.add_format({"border": 1}),
        "score": book.add_format({"border": 1, "num_format": "0.00"}),
        "count": book.add_format({"border": 1, "num_format": "#,##0"}),
    }
    for level in rules.LEVELS:
        of_level = [result for result in results if result.level == level]
        if of_level:
            _ranking(
                book, looks, run, of_level, _("Ranking: %(level)s") % {"level": levels.get(level, str(level))}
            )
    _figures(book, looks, run, results, levels)
    book.close()
    return target.getvalue()


def _sheet(book: Any, looks: dict[str, Any], run: Run, name: str, heads: list[str], widths: list[int]) -> Any:
    sheet = book.add_worksheet(name.translate(str.maketrans("", "", "[]:*?/\\"))[:31])
    sheet.write_string(0, 0, f"{run.scheme.label} · {period_label(run.period)} · {name}", looks["title"])
    cutoff = run.cutoff.astimezone(rules.ZONE)
    sheet.write_string(1, 0, _("Data before %(when)s") % {"when": f"{cutoff:%Y-%m-%d %H:%M}"})
    sheet.write_string(2, 0, _("Digest: %(digest)s") % {"digest": run.digest})
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(4, column, head, looks["head"])
        sheet.set_column(column, column, width)
    sheet.freeze_panes(5, 0)
    sheet.repeat_rows(4)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C" + _("Page &P of &N"))
    return sheet


def _number(sheet: Any, row: int, column: int, value: Decimal | int | None, look: Any, plain: Any) -> None:
    if value is None:
        sheet.write_string(row, column, pgettext("figure", "n/a"), plain)
    else:
        sheet.write_number(row, column, float(value), look)


def _ranking(book: Any, looks: dict[str, Any], run: Run, results: Sequence[Result], name: str) -> None:
    heads = [_("Rank"), _("Code"), _("Grid"), _("Upper grid"), _("Score"), _("Grade")]
    sheet = _sheet(book, looks, run, name, heads, [8, 18, 28, 28, 10, 12])
    grades = report.band_labels(run)
    for row, result in enumerate(results, 5):
        _number(sheet, row, 0, result.rank, looks["count"], looks["text"])
        sheet.write_string(row, 1, result.grid_code, looks["text"])
        sheet.write_string(row, 2, result.grid_name, looks["text"])
        sheet.write_string(row, 3, result.upper.name if result.upper else "", looks["text"])
        _number(sheet, row, 4, result.score, looks["score"], looks["text"])
        sheet.write_string(row, 5, grades.get(result.grade, ""), looks["text"])
    after = 5 + len(results) + 1
    sheet.write_string(after, 0, _("Made by:"))
    sheet.write_string(after, 2, _("Checked by:"))
    sheet.write_string(after, 3, _("Date:"))


def _figures(
    book: Any, looks: dict[str, Any], run: Run, results: Sequence[Result], levels: dict[int, str]
) -> None:
    heads = [
        _("Level"), _("Code"), _("Grid"), _("Section"), _("Item"), _("Numerator"), _("Denominator"),
        _("Rate, %"), _("Points"), _("Full points"),
    ]  # fmt: skip
    sheet = _sheet(book, looks, run, _("Figures"), heads, [12, 18, 28, 20, 24, 12, 12, 10, 10, 12])
    row = 5
    for result in results:
        for figure in result.figures.all():
            item = figure.item
            words = [
                levels.get(result.level, str(result.level)), result.grid_code, result.grid_name,
                report.section_label(item), item.label,
            ]  # fmt: skip
            for column, word in enumerate(words):
                sheet.write_string(row, column, word, looks["text"])
            _number(sheet, row, 5, figure.numerator, looks["count"], looks["text"])
            _number(sheet, row, 6, figure.denominator, looks["count"], looks["text"])
            for column, value in ((7, figure.rate), (8, figure.points), (9, item.points)):
                _number(sheet, row, column, value, looks["score"], looks["text"])
            row += 1
