"""What leaves the room: the workbook of people, contact sheets, the sheet of first passwords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from common import pdf
from common.workbooks import Column, Filled, Sheet, write
from grids.models import Grid
from people.contacts import Line
from people.first_passwords import Drawn
from people.models import Posting, User
from people.sheets import PEOPLE, POSTINGS, person_line, posting_line

CONTACTS = Sheet(
    "contacts",
    gettext_lazy("Contacts"),
    (
        Column("kind", gettext_lazy("Level or kind"), width=14),
        Column("code", gettext_lazy("Code"), width=20),
        Column("place", gettext_lazy("Grid or unit"), width=28),
        Column("role", gettext_lazy("Role"), width=14),
        Column("name", pgettext_lazy("person", "Name"), width=12),
        Column("phone", gettext_lazy("Phone"), width=16),
    ),
)


def people_workbook(people: Iterable[User], postings: Iterable[Posting]) -> bytes:
    """Both sheets as an import reads them; places of the postings loaded."""
    return write(
        [
            Filled(PEOPLE, (person_line(person) for person in people)),
            Filled(POSTINGS, (posting_line(posting) for posting in postings)),
        ]
    )


def contacts_workbook(rows: Iterable[Line]) -> bytes:
    return write(
        [
            Filled(
                CONTACTS,
                ((row.kind, row.code, row.place, row.role, row.name, row.phone) for row in rows),
            )
        ]
    )


def contacts_sheet(grid: Grid, *, near: Sequence[Line], below: Sequence[Line]) -> bytes:
    """The contact sheet for print: the grid and its line, then everyone below by grid."""
    return pdf.render(
        "people/contacts.typ",
        {
            **_sheet(_("Whom to call about %(grid)s") % {"grid": grid.name}),
            "under": f"{grid.code} · {date_format(timezone.localdate(), 'Y-m-d')}",
            "heads": [_("Grid or unit"), _("Role"), pgettext("person", "Name"), _("Phone")],
            "near": [[row.place, row.role, row.name, row.phone] for row in near],
            "below_title": _("Below"),
            "below": [[row.place, row.role, row.name, row.phone] for row in below],
            "nobody": _("Nobody is in post here."),
        },
    )


@sensitive_variables("drawn")
def first_password_sheet(drawn: Sequence[Drawn], *, posts: Mapping[int, str], address: str) -> bytes:
    """One strip a person, to be cut and handed over; ``posts`` says what each is, ``address`` where to go."""
    return pdf.render(
        "people/first_passwords.typ",
        {
            **_sheet(_("First passwords")),
            "under": _(
                "Made on %(day)s for %(n)s people. Cut along the lines and hand each strip over in person."
            )
            % {"day": date_format(timezone.localdate(), "Y-m-d"), "n": len(drawn)},
            "labels": {
                "login": _("Login name"),
                "password": _("First password"),
                "address": _("Address"),
            },
            "note": _(
                "You choose a password of your own at first login. Keep this strip to yourself until then."
            ),
            "address": address,
            "people": [
                {
                    "name": str(one.person),
                    "post": posts.get(one.person.pk, ""),
                    "login": one.person.username,
                    "password": one.password,
                }
                for one in drawn
            ],
        },
    )


def _sheet(title: str) -> dict[str, Any]:
    """What common/sheet.typ asks for."""
    name = _("Environmental Grid Supervision")
    return {"title": title, "lang": (get_language() or "zh")[:2], "foot": name}
