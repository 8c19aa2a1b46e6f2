"""Every write on people, units and postings, and the entries of logging in and out."""

from people.actions.duties import (
    acknowledge,
    district_administrator,
    install_duty_lists,
    set_duty_list,
)
from people.actions.logins import note_failed_login, note_login, note_logout
from people.actions.persons import change_person, create_person, set_password
from people.actions.postings import end_posting, post
from people.actions.units import change_unit, create_unit

__all__ = [
    "acknowledge",
    "district_administrator",
    "install_duty_lists",
    "set_duty_list",
    "change_person",
    "change_unit",
    "create_person",
    "create_unit",
    "end_posting",
    "note_failed_login",
    "note_login",
    "note_logout",
    "post",
    "set_password",
]
