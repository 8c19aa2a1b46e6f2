"""Every write on people, units and postings, and the entries of logging in and out."""

from people.actions.duties import (
    acknowledge,
    district_administrator,
    install_duty_lists,
    set_duty_list,
)
from people.actions.exported import note_contacts_export, note_people_export
from people.actions.first_passwords import issue_first_passwords
from people.actions.importing import import_people
from people.actions.logins import note_failed_login, note_login, note_logout
from people.actions.persons import change_person, create_person, set_password
from people.actions.postings import end_posting, post
from people.actions.units import change_unit, create_unit

__all__ = [
    "acknowledge",
    "change_person",
    "change_unit",
    "create_person",
    "create_unit",
    "district_administrator",
    "end_posting",
    "import_people",
    "install_duty_lists",
    "issue_first_passwords",
    "note_contacts_export",
    "note_failed_login",
    "note_login",
    "note_logout",
    "note_people_export",
    "post",
    "set_duty_list",
    "set_password",
]
