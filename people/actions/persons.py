"""People who can log in, and their passwords."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from common import phones
from common.errors import Invalid
from people import passwords
from people.actions.common import (
    anywhere,
    content_of_person,
    enter,
    lock_person,
    of_person,
    own_post,
    validated,
)
from people.models import User


@sensitive_variables("password")
@transaction.atomic
def create_person(*, username: str, name: str, password: str, by: User, phone: str = "") -> User:
    """Enter a person, who changes the password at first login; what they may do follows from postings.

    Raises ``Invalid`` for a name that is taken or missing, or a weak password.
    """
    who, home = anywhere(by)
    person = User(username=User.normalize_username(username), name=name.strip(), phone=phone.strip())
    _check_phone(person.phone)
    password = passwords.seen(password)
    try:
        passwords.validate(password, person)
    except ValidationError as error:
        raise Invalid({"password1": " ".join(error.messages)}) from error
    person.set_password(password)
    person.must_change_password = True
    validated(person)
    person.save(force_insert=True)
    enter("create_person", of_person(person), who, home, content_of_person(person))
    return person


@transaction.atomic
def change_person(person_id: int, *, name: str, phone: str, is_active: bool, by: User) -> User:
    """Change a person's name and phone, or close the account; closing your own is refused."""
    who, home = anywhere(by)
    person = lock_person(person_id, by=by)
    if person.pk == by.pk and not is_active:
        raise Invalid({"is_active": _("Another administrator must close your own account.")})
    if phone.strip() != person.phone:  # an older one that is none must not keep an account from closing
        _check_phone(phone)
    person.name, person.phone, person.is_active = name.strip(), phone.strip(), is_active
    validated(person)
    person.save(update_fields=["name", "phone", "is_active"])
    enter("change_person", of_person(person), who, home, content_of_person(person))
    return person


@sensitive_variables("password")
@transaction.atomic
def set_password(person_id: int, *, password: str, by: User) -> None:
    """Set a password: one's own, or as an administrator that of a person one may manage.

    What an administrator sets is to be changed by the person, who then keeps it to themself. The entry says
    whose, never what. Raises ``Invalid`` for a weak password, or for keeping the one that is to be changed.
    """
    own = person_id == by.pk
    if own:
        person = User.objects.select_for_update().get(pk=person_id)
        who, home = own_post(person)
    else:
        who, home = anywhere(by)
        person = lock_person(person_id, by=by)
    password = passwords.seen(password)
    try:
        passwords.validate(password, person)
    except ValidationError as error:
        raise Invalid({"new_password1": " ".join(error.messages)}) from error
    if own and person.must_change_password and person.check_password(password):
        raise Invalid({"new_password1": _("Choose another password than the first one.")})
    person.set_password(password)
    person.must_change_password = not own
    person.save(update_fields=["password", "must_change_password"])
    enter("set_password", of_person(person), who, home, {"must_change": person.must_change_password})


def _check_phone(phone: str) -> None:
    if fault := phones.fault(phone):
        raise Invalid({"phone": str(fault)})
