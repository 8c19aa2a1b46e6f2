"""What an administrator types to change the tree by hand; it becomes a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.forms import DateInput
from grids import queries, rules
from grids.models import Grid
from grids.restructuring import days
from grids.restructuring.target import Edit


@dataclass(frozen=True)
class Act:
    """A way to change the tree by hand: what it is called and which grids it fits."""

    key: str
    label: str | Promise
    title: Any
    highest: int
    lowest: int

    def fits(self, grid: Grid) -> bool:
        return self.highest <= grid.level <= self.lowest and grid.closed_on is None


EDITS: dict[str, Act] = {
    act.key: act
    for act in (
        Act("move", pgettext_lazy("grid", "Move"), gettext_lazy("Move %(name)s"), 2, 5),
        Act("merge", gettext_lazy("Merge into another"), gettext_lazy("Merge %(name)s into another"), 2, 4),
        Act("open", gettext_lazy("Open a grid below"), gettext_lazy("Open a grid below %(name)s"), 1, 3),
    )
}


class EditForm(forms.Form):
    """Where a grid goes, what it passes into or what is opened below it; from which day; on what basis."""

    target = forms.CharField(
        max_length=120,
        help_text=gettext_lazy("Its code, or its name where only one grid of the level has it."),
        widget=forms.TextInput(attrs={"list": "targets", "autocomplete": "off", "class": "vTextField"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=32, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    leader = forms.CharField(
        label=gettext_lazy("Its leader's login name"),
        max_length=150,
        help_text=gettext_lazy("No grid is opened without a leader."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    on = forms.DateField(
        label=gettext_lazy("Takes effect on"),
        widget=DateInput,
        initial=timezone.localdate,
        validators=[days.check],
    )
    note = forms.CharField(
        label=gettext_lazy("Basis of the change"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as the number of the document. It is kept in the ledger."),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    def __init__(
        self, *args: Any, act: str, grid: Grid, grids: QuerySet[Grid], basket: Sequence[Edit], **kwargs: Any
    ) -> None:
        """``grids`` are those the person administers, ``grid`` one of them, ``basket`` what is put aside."""
        super().__init__(*args, **kwargs)
        self.act, self.grid, self.grids, self.basket = act, grid, grids, basket
        unused = {"target"} if act == "open" else {"code", "name", "leader"}
        for name in unused:
            del self.fields[name]
        if act != "open":
            self.fields["target"].label = (
                _("New upper grid") if act == "move" else _("The grid that takes it over")
            )

    def clean(self) -> dict[str, Any]:
        """What was put aside comes first: a grid that passes into another there can have no part here."""
        data = super().clean() or self.cleaned_data
        merged = {
            edit.code: (line, edit.to) for line, edit in enumerate(self.basket, 1) if edit.act == "merge"
        }
        for field, grid in ((None, self.grid), ("target", data.get("target"))):
            if grid is None or grid.code not in merged:
                continue
            line, into = merged[grid.code]
            self.add_error(
                field,
                _("Line %(line)s of what was put aside merges %(code)s %(name)s into %(into)s already.")
                % {"line": line, "code": grid.code, "name": grid.name, "into": into},
            )
        return data

    def clean_target(self) -> Grid:
        """The grid meant, if it may be; the plan looks at the whole again."""
        words = self.cleaned_data["target"].strip()
        target = queries.find_target(self.grids, words, level=self._target_level)
        if target is None:
            raise forms.ValidationError(
                _("No grid of yours has this code, and none or several have this name.")
            )
        objection = (
            rules.move_objection(self.grid, target)
            if self.act == "move"
            else rules.successor_objection(self.grid, target)
        )
        if objection is not None:
            raise forms.ValidationError(str(objection))
        return target

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        taken = Grid.objects.filter(code=code).first()
        if (taken is not None and not taken.never_was) or any(
            edit.act == "open" and edit.code == code for edit in self.basket
        ):
            raise forms.ValidationError(_("Another grid has this code."))
        return code

    def clean_leader(self) -> str:
        name: str = self.cleaned_data["leader"].strip()
        if not get_user_model().objects.filter(username=name, is_active=True).exists():
            raise forms.ValidationError(_("Nobody has the login name %(name)s.") % {"name": name})
        return name

    def edit(self) -> Edit:
        """The change asked for."""
        data = self.cleaned_data
        if self.act == "open":
            return Edit(act="open", code=data["code"], name=data["name"].strip(), to=self.grid.code)
        return Edit(act=self.act, code=self.grid.code, to=data["target"].code)

    @property
    def _target_level(self) -> int:
        return self.grid.level - 1 if self.act == "move" else self.grid.level

    def candidates(self) -> QuerySet[Grid]:
        """The grids that may be meant; none where something is opened."""
        if self.act == "open":
            return self.grids.none()
        found = self.grids.filter(level=self._target_level, closed_on__isnull=True).exclude(pk=self.grid.pk)
        if self.act == "move":
            found = found.exclude(pk=self.grid.parent_id)
        return found.order_by("tree_id", "lft")
