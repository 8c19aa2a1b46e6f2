"""Every write of the room: ``cases`` moves incidents, ``catalogue`` keeps what they are measured by."""

from incidents.actions.cases import perform, report
from incidents.actions.catalogue import fill_calendar, install_defaults, save_category, save_rule
from incidents.actions.exported import note_export

__all__ = [
    "fill_calendar",
    "install_defaults",
    "note_export",
    "perform",
    "report",
    "save_category",
    "save_rule",
]
