"""What every page of a person shows: the way through the rooms, and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.duties import owes
from people.models import Posting, User
from people.queries import current_postings
from people.rules import Relation, Right, rights


@dataclass(frozen=True)
class Way:
    """One line of the navigation, for those who hold ``right`` over something (None: for everyone)."""

    name: str  # of the address
    label: str | Promise
    icon: str
    right: Right | None
    over: tuple[Relation, ...] = tuple(Relation)


ME = "people:me"

# The first five of a person's make the tab bar on a phone.
WAYS = (
    Way("incidents:desk", _("Desk"), "inbox", Right.DESK),
    Way("inspections:today", _("My grid"), "today", Right.INSPECT),
    Way("incidents:index", _("Incidents"), "incident", Right.VIEW),
    Way("command:board", _("Board"), "board", Right.READ_LEDGER),
    Way("assessments:index", _("Assessments"), "assessment", Right.READ_ASSESSMENT),
    Way("grids:tree", _("Grids"), "grid", Right.VIEW, (Relation.SAME,)),
    Way("grids:plans", _("Restructuring"), "move", Right.APPROVE_PLAN),
    Way("ledgers:index", _("Ledger"), "ledger", Right.READ_LEDGER),
    Way("admin:index", _("Administration"), "settings", Right.ADMINISTER),
    Way(ME, _("Me"), "user", None),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """``nav``: the rooms open to the person; ``me``: name, role and place. Both empty for a stranger.

    ``duties_due`` is how many lists the person has still to acknowledge, on the first page of a room alone.
    Who has to choose a password first is shown no way: none is open.

    One query per request, shared with the view by ``current_postings``.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": [], "me": {}}
    postings = current_postings(user)
    held = {
        (right, relation)
        for posting in postings
        for relation in Relation
        for right in rights(posting.role, relation)
    }
    if user.must_change_password:
        return {"nav": [], "me": {"name": str(user), **_post(postings)}}
    due = sum(owes(posting) for posting in postings)
    nav: list[dict[str, Any]] = [
        {
            "label": way.label,
            "url": url,
            "icon": way.icon,
            "active": _is_active(url, request.path),
            "badge": due if way.name == ME else 0,
        }
        for way in WAYS
        if (way.right is None or any((way.right, relation) in held for relation in way.over))
        and (url := _address(way.name))
    ]
    # The desk lies inside the incidents: only the longest address that fits is where the person is.
    here = max((item["url"] for item in nav if item["active"]), key=len, default=None)
    for item in nav:
        item["active"] = item["url"] == here
    return {
        "nav": nav,
        "me": {"name": str(user), **_post(postings)},
        "duties_due": due if request.path == here else 0,
    }


def _address(name: str) -> str | None:
    """The address, or None where an installation leaves the room out."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _is_active(url: str, path: str) -> bool:
    return path.startswith(url)


def _post(postings: list[Posting]) -> dict[str, str]:
    if not postings:
        return {}
    first = postings[0]
    return {"role_label": first.get_role_display(), "grid_name": first.place_name}
