"""What an administrator types to change the tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import queries, rules
from grids.models import Grid


class MoveForm(forms.Form):
    """Where a grid goes and on what basis. ``cleaned_data["target"]`` is the upper grid meant."""

    target = forms.CharField(
        label=gettext_lazy("New upper grid"),
        max_length=120,
        help_text=gettext_lazy("Its code, or its name where only one grid of the level has it."),
        widget=forms.TextInput(attrs={"list": "targets", "autocomplete": "off", "class": "vTextField"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Basis of the change"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as the number of the document. It is kept in the ledger."),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, grid: Grid, grids: QuerySet[Grid], **kwargs: Any) -> None:
        """``grids`` are those the person administers; ``grid`` is one of them."""
        super().__init__(*args, **kwargs)
        self.grid = grid
        self.grids = grids

    def clean_target(self) -> Grid:
        """The grid meant, if the one to be moved may go under it; the action checks again under the lock."""
        target = queries.find_target(
            self.grids, self.cleaned_data["target"].strip(), level=self.grid.level - 1
        )
        if target is None:
            raise forms.ValidationError(
                _("No grid of yours has this code, and none or several have this name.")
            )
        objection = rules.move_objection(self.grid, target)
        if objection is not None:
            raise forms.ValidationError(str(objection))
        return target

    def candidates(self) -> QuerySet[Grid]:
        """The grids it may go under."""
        return (
            self.grids.filter(level=self.grid.level - 1, closed_on__isnull=True)
            .exclude(pk=self.grid.parent_id)
            .order_by("tree_id", "lft")
        )
