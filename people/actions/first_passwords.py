"""First passwords put into force."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from common.errors import Invalid, NotAllowed
from ledgers.actions import Subject
from people.actions.common import anywhere, enter
from people.first_passwords import MOST, Drawn
from people.models import User
from people.queries import manageable


@sensitive_variables("drawn")
@transaction.atomic
def issue_first_passwords(drawn: Sequence[Drawn], *, by: User) -> None:
    """Let each person log in with the password drawn, and with no other; it is to be changed at once.

    What they had before and every session of theirs ends. One entry names them all, never a password.
    Raises ``Invalid`` where one has got another password since the drawing, or may not get one at all;
    ``NotAllowed`` for people whom ``by`` may not manage.
    """
    who, home = anywhere(by)
    if not 0 < len(drawn) <= MOST:
        raise Invalid({"people": _("Choose 1 to %(most)s people.") % {"most": MOST}})
    people = {
        person.pk: person
        for person in User.objects.select_for_update()
        .filter(pk__in=[one.person.pk for one in drawn])
        .order_by("pk")
    }
    if manageable(by).filter(pk__in=people).count() != len(drawn):
        raise NotAllowed(_("One of these people does not belong to the grids you administer."))
    if by.pk in people:
        raise Invalid({"people": _("Change your own password on your own page.")})
    for one in drawn:
        person = people[one.person.pk]
        if not person.is_active:
            raise Invalid({"people": _("The account of %(person)s is closed.") % {"person": person}})
        if person.password != one.before:
            raise Invalid(
                {"": _("%(person)s has got another password in the meantime.") % {"person": person}}
            )
        person.password, person.must_change_password = one.encoded, True
    User.objects.bulk_update(people.values(), ["password", "must_change_password"], batch_size=MOST)
    enter(
        "first_passwords",
        Subject(type="people.list", id="", label=str(len(drawn))),
        who,
        home,
        {"people": [{"id": one.person.pk, "username": one.person.username} for one in drawn]},
    )
