"""What an administrator types to set a task or an assessment method."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError, Invalid
from common.forms import DateInput
from grids import actions, queries, rules
from grids.models import Charter, Grid
from grids.versions import Wording, wording_of

RIGHT = "administer"
TEXTS = ("name", "name_en", "text", "text_en", "document")
LABELS = {"valid_from": gettext_lazy("In force from")}
HELP = {
    "text": gettext_lazy("One item a line; the page numbers them."),
    "text_en": gettext_lazy("Without it the Chinese is shown in both languages."),
    "document": gettext_lazy("Such as the number of the paper it rests on."),
    "valid_from": gettext_lazy(
        "Today or later, unless it is the first. The version before ends on this day and is kept."
    ),
}


class VersionForm(forms.ModelForm):
    """A version in words. ``by`` is the person who asks; the action is tried first, and undone at once."""

    by: Any

    class Meta:
        model = Charter
        fields: tuple[str, ...] = (*TEXTS, "valid_from")
        labels = LABELS
        help_texts = HELP
        widgets = {
            "text": forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
            "text_en": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
            "name": forms.TextInput(attrs={"class": "vTextField"}),
            "name_en": forms.TextInput(attrs={"class": "vTextField"}),
            "document": forms.TextInput(attrs={"class": "vTextField"}),
            "valid_from": DateInput(),
        }

    def act(self) -> Charter:
        """Do what the form is for, with ``cleaned_data``."""
        raise NotImplementedError

    def wording(self) -> Wording:
        return Wording(**{name: self.cleaned_data[name] for name in TEXTS})

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            self._try()
        return cleaned

    def _try(self) -> None:
        try:
            with transaction.atomic():
                self.act()
                transaction.set_rollback(True)
        except Invalid as refusal:
            for name, words in refusal.fields.items():
                self.add_error(name if name in self.fields else None, words)
        except DomainError as refusal:
            self.add_error(None, str(refusal))

    def validate_constraints(self) -> None:
        """Nothing: the action follows the version before."""


class OwnCharterForm(VersionForm):
    """The text of a single grid; it starts from the one in force."""

    def __init__(self, *args: Any, kind: str, grid: Grid, by: Any, **kwargs: Any) -> None:
        self.kind, self.grid, self.by = kind, grid, by
        today = timezone.localdate()
        start = queries.charters_of(grid, on=today).get(kind)
        initial = {"valid_from": today}
        if start is not None:
            initial |= {name: getattr(start, name) for name in TEXTS}
        kwargs.setdefault("initial", initial)
        kwargs["prefix"] = kind
        super().__init__(*args, **kwargs)

    def act(self) -> Charter:
        return actions.set_charter_of_grid(
            self.kind,
            self.grid.pk,
            self.wording(),
            by=queries.actor(self.by, RIGHT, self.grid.pk),
            on=self.cleaned_data["valid_from"],
        )


class CharterForm(VersionForm):
    """The text of a level, or of one grid."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("For all grids of the level; leave it empty to choose one grid."),
    )

    class Meta(VersionForm.Meta):
        fields: tuple[str, ...] = ("kind", "level", "grid", *TEXTS, "valid_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "level" in self.fields:
            self.fields["level"].choices = level_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if (given.get("level") is None) == (given.get("grid") is None) and "grid" not in self.errors:
            self.add_error("level", _("Choose a level or a grid, one of the two."))
        return super().clean()

    def act(self) -> Charter:
        given = self.cleaned_data
        grid = given.get("grid")
        if grid is not None:
            return actions.set_charter_of_grid(
                given["kind"],
                grid.pk,
                self.wording(),
                by=queries.actor(self.by, RIGHT, grid.pk),
                on=given["valid_from"],
            )
        root = queries.administered_district(self.by)
        return actions.set_charter_of_level(
            given["kind"],
            given["level"],
            self.wording(),
            root_id=root.pk,
            by=queries.actor(self.by, RIGHT, root.pk),
            on=given["valid_from"],
        )


def level_choices() -> list[tuple[Any, Any]]:
    """The levels by what they are called."""
    labels = queries.level_labels()
    levels = range(rules.DISTRICT_LEVEL, rules.SITE_LEVEL + 1)
    return [("", "---------"), *((level, labels.get(level, str(level))) for level in levels)]


def initial_of(row: Any) -> dict[str, Any]:
    """What a new version starts from."""
    wording = wording_of(row)
    return {name: getattr(wording, name) for name in TEXTS}
