"""What a plan does, one operation at a time: plain data that is stored, compared, shown and carried out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """In the order in which they are shown."""

    RELABEL = "relabel", pgettext_lazy("operation", "Relabel level")
    OPEN = "open", pgettext_lazy("operation", "Open")
    CLOSE = "close", pgettext_lazy("operation", "Close")
    MERGE = "merge", pgettext_lazy("operation", "Merge")
    SPLIT = "split", pgettext_lazy("operation", "Split")
    MOVE = "move", pgettext_lazy("operation", "Move")
    RENAME = "rename", pgettext_lazy("operation", "Rename")
    RENUMBER = "renumber", pgettext_lazy("operation", "Renumber")
    AREA = "area", pgettext_lazy("operation", "Set boundary")
    OPEN_UNIT = "open_unit", pgettext_lazy("operation", "Open unit")
    CHANGE_UNIT = "change_unit", pgettext_lazy("operation", "Change unit")
    CLOSE_UNIT = "close_unit", pgettext_lazy("operation", "Close unit")
    REPOST = "repost", pgettext_lazy("operation", "Re-post")
    POST = "post", pgettext_lazy("operation", "Post")
    END_POSTING = "end_posting", pgettext_lazy("operation", "End posting")


# The sign that stands with each kind, as on the page of the plan.
SIGNS = {
    Kind.RELABEL: "✎", Kind.OPEN: "＋", Kind.CLOSE: "－", Kind.MERGE: "⇉", Kind.SPLIT: "⇇", Kind.MOVE: "→",
    Kind.RENAME: "✎", Kind.RENUMBER: "✎", Kind.AREA: "▱", Kind.OPEN_UNIT: "＋", Kind.CHANGE_UNIT: "✎",
    Kind.CLOSE_UNIT: "－", Kind.REPOST: "→", Kind.POST: "＋", Kind.END_POSTING: "－",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One change. ``code`` and ``name`` are those that what it changes will have; had, where it is closed.

    ``level`` is 0 for what is no grid. ``follows`` says that nobody asked for it: a site, a posting or an
    area goes along with its grid, and is worked out again on the day the plan is applied.
    """

    kind: Kind
    code: str = ""
    name: str = ""
    level: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    follows: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "code": self.code,
            "name": self.name,
            "level": self.level,
            "data": dict(self.data),
            "follows": self.follows,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Operation:
        return cls(
            kind=Kind(row["kind"]),
            code=row["code"],
            name=row["name"],
            level=row["level"],
            data=row["data"],
            follows=row["follows"],
        )

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]


def digest(operations: Iterable[Operation]) -> str:
    """SHA-256 of what was asked for, in a fixed order; what merely follows is left out."""
    asked = [rfc8785.dumps(one.as_json()) for one in operations if not one.follows]
    return hashlib.sha256(b"\n".join(sorted(asked))).hexdigest()


WORDS: dict[Kind, Any] = {
    Kind.RELABEL: _("Level %(level)s: %(from)s → %(to)s"),
    Kind.OPEN: _("%(code)s %(name)s under %(parent)s"),
    Kind.CLOSE: _("%(code)s %(name)s, passes to %(heirs)s"),
    Kind.MERGE: _("%(of)s into %(code)s %(name)s"),
    Kind.SPLIT: _("%(code)s %(name)s into %(heirs)s"),
    Kind.MOVE: _("%(code)s %(name)s: from %(from)s to %(to)s"),
    Kind.RENAME: _("%(code)s: %(from)s → %(to)s"),
    Kind.RENUMBER: _("%(from)s → %(to)s %(name)s"),
    Kind.AREA: _("%(code)s %(name)s"),
    Kind.OPEN_UNIT: _("%(code)s %(name)s at %(grid)s"),
    Kind.CHANGE_UNIT: _("%(code)s %(name)s: %(change)s"),
    Kind.CLOSE_UNIT: _("%(code)s %(name)s"),
    Kind.REPOST: _("%(name)s, %(role)s: from %(from)s to %(to)s"),
    Kind.POST: _("%(name)s, %(role)s: %(place)s"),
    Kind.END_POSTING: _("%(name)s, %(role)s: %(place)s"),
}


def in_words(one: Operation) -> str:
    """The operation in the active language."""
    data = dict(one.data)
    values = {"code": one.code, "name": one.name, "level": one.level, **data}
    if "role_code" in data:
        values["role"] = import_string(settings.LEDGER_ROLES)(data["role_code"]).label
    if "heirs" in data:
        values["heirs"] = "、".join(f"{code} {share_words(share)}".strip() for code, share in data["heirs"])
    if "of" in data:
        values["of"] = "、".join(f"{code} {share_words(share)}".strip() for code, share in data["of"])
    return str(WORDS[one.kind]) % values


def share_words(share: str) -> str:
    """A share as per cent; empty for the whole."""
    if float(share) == 1:
        return ""
    return f"{float(share) * 100:.4g}%"
