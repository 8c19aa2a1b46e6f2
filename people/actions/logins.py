"""The entries of logging in and out."""

from __future__ import annotations

from django.db import transaction

from ledgers.actions import NOBODY, Place, Subject
from people.actions.common import enter, of_person, own_post
from people.models import User


@transaction.atomic
def note_login(person: User) -> None:
    who, home = own_post(person)
    enter("login", of_person(person), who, home)


@transaction.atomic
def note_logout(person: User) -> None:
    who, home = own_post(person)
    enter("logout", of_person(person), who, home)


@transaction.atomic
def note_failed_login(username: str) -> None:
    """Record whose login failed. What was typed is not kept: a password lands in the wrong field at times."""
    person = User.objects.filter(username=username).first()
    if person is None:
        enter("login_failed", Subject(type="people.user", id="", label=""), NOBODY, Place())
        return
    _who, home = own_post(person)
    enter("login_failed", of_person(person), NOBODY, home)
