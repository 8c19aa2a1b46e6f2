"""Lists as workbooks. Every cell a person may have typed is written as text, never as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.words import holder_name

MOST_ROWS = 20_000


def workbook(incidents: Sequence[Incident]) -> bytes:
    """One sheet of incidents, names loaded, in the active language; times in the office's zone."""
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet(_("Incidents"))
        sheet.freeze_panes(1, 0)
        for column, (title, width) in enumerate(_columns()):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, width)
        for line, incident in enumerate(incidents, start=1):
            for column, text in enumerate(_texts(incident)):
                sheet.write_string(line, column, text)
            for column, at in enumerate((incident.reported_at, incident.due_at, incident.closed_at), start=8):
                if at is not None:
                    local = timezone.localtime(at).replace(tzinfo=None, second=0, microsecond=0)
                    sheet.write_datetime(line, column, local, moment)
            sheet.write_number(line, 11, incident.rework_count)
    return output.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Number"), 14),
        (_("State"), 16),
        (_("Category"), 20),
        (_("Severity"), 8),
        (_("Source"), 10),
        (_("Where"), 24),
        (_("With"), 24),
        (_("What is the matter"), 48),
        (_("Reported"), 17),
        (_("Due"), 17),
        (_("Closed on"), 17),
        (_("Times returned"), 10),
    ]


def _texts(incident: Incident) -> list[str]:
    return [
        incident.number,
        incident.get_state_display(),
        incident.category.label,
        incident.get_severity_display(),
        incident.get_source_display(),
        incident.grid.name,
        holder_name(incident),
        incident.description,
    ]
