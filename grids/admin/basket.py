"""Changes of the tree put aside by an administrator until they are planned together; kept in the session."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.restructuring.target import Edit

KEY = "grid_edits"


class Basket:
    """What is put aside, in order. Reading it again sees what was added."""

    def __init__(self, request: HttpRequest) -> None:
        self.session = request.session
        self.rows: list[dict[str, str]] = list(self.session.get(KEY, []))

    @property
    def edits(self) -> list[Edit]:
        return [Edit(**{name: value for name, value in row.items() if name != "leader"}) for row in self.rows]

    @property
    def leaders(self) -> dict[str, str]:
        """Code of an opened grid → the login name of who is to lead it."""
        return {row["code"]: row["leader"] for row in self.rows if row["leader"]}

    @property
    def first(self) -> str:
        """The code of a grid that is there today, to tell the district by."""
        row = self.rows[0]
        return row["to"] if row["act"] == "open" else row["code"]

    @property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each edit in words, with the number by which it is dropped."""
        texts = {
            "move": _("%(code)s to %(to)s"),
            "merge": _("%(code)s into %(to)s"),
            "open": _("New: %(code)s %(name)s below %(to)s"),
        }
        return [(str(number), texts[row["act"]] % row) for number, row in enumerate(self.rows)]

    @property
    def title(self) -> str:
        n = len(self.rows)
        if n == 1:
            return self.lines[0][1]
        return ngettext("%(n)s change of the tree", "%(n)s changes of the tree", n) % {"n": n}

    def add(self, edit: Edit, *, leader: str | None) -> None:
        self._keep([*self.rows, {**asdict(edit), "leader": leader or ""}])

    def drop(self, number: str) -> None:
        self._keep([row for place, row in enumerate(self.rows) if str(place) != number])

    def drop_last(self) -> None:
        self._keep(self.rows[:-1])

    def clear(self) -> None:
        self._keep([])

    def _keep(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows
        self.session[KEY] = rows
