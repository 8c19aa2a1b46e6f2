"""The closed list of what the ledger records, and of what it is about."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTIONS: dict[str, dict[str, str | Promise]] = {
    "ledgers": {
        "export": _("Exported the ledger"),
    },
    "grids": {
        "open": _("Opened a grid"),
        "move": _("Moved a grid"),
        "rename": _("Renamed a grid"),
        "merge": _("Merged a grid into another"),
        "close": _("Closed a grid"),
        "load": _("Loaded grids"),
        "plan": _("Made a restructuring plan"),
        "approve_plan": _("Approved a restructuring plan"),
        "apply_plan": _("Applied a restructuring plan"),
        "refuse_plan": _("Refused a restructuring plan: changed since"),
        "roll_back_plan": _("Rolled back a restructuring plan"),
        "withdraw_plan": _("Withdrew a restructuring plan"),
        "set_boundary": _("Set a boundary"),
        "import_boundaries": _("Imported boundaries"),
        "open_site": _("Opened a site"),
        "change_site": _("Changed a site's dossier"),
        "attach_document": _("Attached a document to a dossier"),
        "withdraw_document": _("Withdrew a document from a dossier"),
        "import_sites": _("Imported sites"),
        "set_charter": _("Set a task or an assessment method"),
        "export": _("Exported grids"),
        "change_level_label": _("Changed the name of a level"),
        "install_defaults": _("Installed usual tasks and assessment methods"),
    },
    "people": {
        "create_person": _("Entered a person"),
        "change_person": _("Changed a person"),
        "set_password": _("Set a password"),
        "import_people": _("Imported people"),
        "first_passwords": _("Issued first passwords"),
        "set_duty_list": _("Set a responsibility list"),
        "acknowledge_duties": _("Acknowledged a responsibility list"),
        "export": _("Exported people"),
        "create_unit": _("Entered a unit"),
        "change_unit": _("Changed a unit"),
        "post": _("Posted a person"),
        "end_posting": _("Ended a posting"),
        "login": _("Logged in"),
        "login_failed": _("Failed to log in"),
        "logout": _("Logged out"),
    },
    "incidents": {
        "report": _("Reported an incident"),
        "settle": _("Settled on the spot"),
        "escalate": _("Reported an incident up"),
        "file": _("Filed an incident"),
        "reject": _("Did not file an incident"),
        "dispatch": _("Dispatched an incident"),
        "accept": _("Accepted an incident"),
        "send_back": _("Sent an incident back as wrongly dispatched"),
        "transfer": _("Transferred an incident"),
        "merge": _("Merged an incident as a repeat"),
        "join": _("Asked for joint handling"),
        "release": _("Released from joint handling"),
        "part_done": _("Did a part in joint handling"),
        "ask_extension": _("Asked for an extension"),
        "ask_suspension": _("Asked for suspension"),
        "extend": _("Granted an extension"),
        "suspend": _("Suspended an incident"),
        "refuse": _("Refused a request about the clock"),
        "resume": _("Resumed an incident"),
        "urge": _("Urged an incident"),
        "supervise": _("Took an incident under supervision by name"),
        "enforce": _("Handed an incident to enforcement"),
        "outcome": _("Recorded the outcome of enforcement"),
        "feed_back": _("Fed back on an incident"),
        "return": _("Returned an incident for rework"),
        "close": _("Verified and closed an incident"),
        "look_back_pass": _("Looked back: passed"),
        "look_back_fail": _("Looked back: failed, reopened"),
        "reopen": _("Reopened an incident"),
        "void": _("Made an incident void"),
        "pass_on": _("Passed an incident to the successor grid"),
        "export": _("Exported incidents"),
        "install_defaults": _("Installed the catalogue of incidents"),
        "fill_calendar": _("Filled the working calendar"),
        "add_category": _("Entered a category"),
        "change_category": _("Changed a category"),
        "add_deadline": _("Entered a deadline rule"),
        "change_deadline": _("Changed a deadline rule"),
        "change_work_day": _("Changed a calendar day"),
    },
    "inspections": {
        "log_visit": _("Logged an inspection"),
        "export": _("Exported inspections"),
        "install_defaults": _("Installed checklists and patrol plans"),
        "change_plan": _("Changed a patrol plan"),
    },
    "assessments": {
        "run_requested": _("Asked for an assessment"),
        "run_done": _("Finished an assessment"),
        "run_failed": _("Assessment failed"),
        "run_cancelled": _("Cancelled an assessment"),
        "scheme_fixed": _("Fixed a scheme"),
        "report_exported": _("Exported an assessment report"),
        "install_defaults": _("Installed the default scheme"),
    },
    "demo": {
        "load": _("Loaded the demo"),
    },
}


@dataclass(frozen=True)
class Kind:
    """A kind of subject: what it is called and the name of the address that shows it, if any."""

    label: str | Promise
    url: str = ""


SUBJECTS: dict[str, Kind] = {
    "ledgers.list": Kind(_("Ledger")),
    "grids.grid": Kind(_("Grid"), "grids:detail"),
    "grids.plan": Kind(_("Restructuring plan"), "grids:plan"),
    "grids.charter": Kind(_("Task or assessment method")),
    "grids.list": Kind(_("List of grids")),
    "people.user": Kind(_("Person")),
    "people.unit": Kind(_("Unit")),
    "people.posting": Kind(_("Posting")),
    "people.duty_list": Kind(_("Responsibility list"), "people:duty_list"),
    "people.list": Kind(_("List of people")),
    "incidents.incident": Kind(pgettext_lazy("case", "Incident"), "incidents:detail"),
    "incidents.list": Kind(_("List of incidents")),
    "incidents.catalogue": Kind(_("Catalogue of incidents")),
    "incidents.calendar": Kind(_("Working calendar")),
    "incidents.category": Kind(_("Category")),
    "incidents.deadline": Kind(_("Deadline rule")),
    "inspections.visit": Kind(_("Inspection"), "inspections:detail"),
    "assessments.run": Kind(_("Assessment"), "assessments:run"),
    "assessments.scheme": Kind(_("Assessment scheme")),
    "demo.district": Kind(_("Demo district")),
}


def is_known(app: str, action: str) -> bool:
    """Whether the ledger may record the action."""
    return action in ACTIONS.get(app, {})


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Every kind of subject as (type, label), in the order of the table."""
    return [(kind, of.label) for kind, of in SUBJECTS.items()]


def action_label(app: str, action: str) -> str | Promise:
    """What was done, in the reader's language; the bare name for one that has left the list."""
    return ACTIONS.get(app, {}).get(action, f"{app}.{action}")


def action_choices() -> list[tuple[str, str | Promise]]:
    """Every action as (``app.action``, label), in the order of the table."""
    return [(f"{app}.{name}", label) for app, names in ACTIONS.items() for name, label in names.items()]
