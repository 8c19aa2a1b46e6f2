"""Forms of the room; their controls stand in the page by components/field.html."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import DateInput, PhotosField
from grids.models import Grid
from grids.rules import TOWN_LEVEL
from incidents import queries
from incidents.models import Category, Incident, JointPart
from incidents.rules import MOST_AMOUNT, Action, Outcome, Rule, Severity, Source, State
from people.models import Unit, User
from people.queries import current_postings, grids_in_scope

PLACES_SHOWN = 300  # a longer choice is searched first


class GroupedByClass(ModelChoiceIterator):
    """Categories under their class."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for parent, rows in groupby(self.queryset.all(), key=lambda category: category.parent):
            yield (parent.label, [self.choice(row) for row in rows])


class CategoryField(forms.ModelChoiceField):
    iterator = GroupedByClass

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Category"))
        super().__init__(queryset=Category.objects.none(), **kwargs)

    def label_from_instance(self, obj: Category) -> str:
        return obj.label


class IncidentFields(forms.Form):
    """What is the matter: used alone and, with a prefix, inside the inspection form."""

    category = CategoryField(empty_label=_("Choose a category"))
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, initial=Severity.ORDINARY, widget=forms.RadioSelect
    )
    description = forms.CharField(
        label=_("What is the matter"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = queries.leaf_categories()  # type: ignore[attr-defined]


class ReportForm(IncidentFields):
    """A problem found without a patrol visit."""

    grid = forms.ModelChoiceField(
        label=_("Where"), queryset=Grid.objects.none(), empty_label=_("Choose a place")
    )
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.PATROL)
    photos = PhotosField(label=_("Photos"), required=False)
    latitude = forms.DecimalField(
        label=_("Latitude"), max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    field_order = [
        "grid",
        "category",
        "severity",
        "description",
        "photos",
        "source",
        "latitude",
        "longitude",
        "key",
    ]

    def __init__(self, *args: Any, user: User, search: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4().hex
        places = queries.reportable_grids(user).order_by("level", "code")
        choice: Any = self.fields["grid"]
        choice.queryset = places
        shown = places.filter(name__icontains=search) if search else places
        chosen = self.data.get("grid") or self.initial.get("grid")
        rows = list(shown[: PLACES_SHOWN + 1])
        self.too_many = len(rows) > PLACES_SHOWN
        rows = rows[:PLACES_SHOWN]
        if chosen and str(chosen).isdigit() and int(chosen) not in {row.pk for row in rows}:
            rows += list(places.filter(pk=int(chosen)))
        choice.choices = [("", choice.empty_label), *((row.pk, row.name) for row in rows)]


class ActionForm(forms.Form):
    """The fields one action needs, drawn from its line of the workflow."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rule: Rule, incident: Incident, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule, self.incident, self.user = rule, incident, user
        self.fields["version"].initial = incident.version
        self.fields["key"].initial = uuid.uuid4().hex
        for need in ("target", "helper", "original", "amount", "outcome", "document"):
            if need in rule.needs:
                getattr(self, f"_add_{need}")()
        if rule.action in (Action.FILE, Action.DISPATCH):
            self._add_corrections()
        self.fields["note"] = forms.CharField(
            label=pgettext_lazy("incident step", "Note"),
            max_length=2000,
            required="note" in rule.needs,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        if "photo" in rule.needs or rule.action in WITH_PHOTOS:
            self.fields["photos"] = PhotosField(label=_("Photos"), required="photo" in rule.needs)

    def _add_target(self) -> None:
        action = self.rule.action
        self.fields["target"] = forms.ChoiceField(
            label=TARGETS.get(action, _("Dispatch to")), choices=_targets(self.incident, action)
        )

    def _add_helper(self) -> None:
        parts = queries.open_parts(self.incident)
        choices = [(str(part.pk), _helper_name(part)) for part in parts]
        self.fields["helper"] = forms.ChoiceField(label=_("Who is released"), choices=choices)

    def _add_original(self) -> None:
        likely = queries.likely_repeats(self.incident, self.user)
        choices = [(row.number, _told(row)) for row in likely]
        if choices:
            self.fields["likely"] = forms.ChoiceField(
                label=_("Near by, of the same class, in the last two weeks"),
                choices=[*choices, ("", _("Another one"))],
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["original"] = forms.CharField(
            label=_("Number of the incident that it repeats"),
            max_length=24,
            required=not choices,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def _add_amount(self) -> None:
        self.fields["amount"] = forms.IntegerField(
            label=_("How much more time, in %(clock)s") % {"clock": self.incident.get_clock_display()},
            min_value=1,
            max_value=MOST_AMOUNT,
        )

    def _add_outcome(self) -> None:
        self.fields["outcome"] = forms.ChoiceField(
            label=_("How the case ended"), choices=Outcome.choices, widget=forms.RadioSelect
        )

    def _add_document(self) -> None:
        self.fields["document_number"] = forms.CharField(label=_("Number of the document"), max_length=64)

    def _add_corrections(self) -> None:
        category = CategoryField(empty_label=None, initial=self.incident.category_id)
        category.queryset = queries.leaf_categories()
        self.fields["category"] = category
        self.fields["severity"] = forms.ChoiceField(
            label=_("Severity"), choices=Severity.choices, initial=self.incident.severity
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if "original" in self.rule.needs and not self.errors:
            number = found.get("original") or found.get("likely") or ""
            found["repeated"] = queries.visible_to(self.user).filter(number=number.strip()).first()
            if found["repeated"] is None:
                self.add_error("original", _("There is no such incident in your sight."))
        return found

    def given(self) -> dict[str, Any]:
        """What was chosen, as the keywords that ``actions.perform`` takes."""
        data = self.cleaned_data
        given: dict[str, Any] = {
            name: data[name] for name in ("amount", "outcome", "document_number") if name in data
        }
        if "helper" in data:
            given["helper"] = JointPart.objects.filter(pk=data["helper"]).first()
        if "repeated" in data:
            given["original"] = data["repeated"]
        kind, _sep, key = data.get("target", "").partition("-")
        if kind == "grid":
            given["target_grid"] = Grid.objects.get(pk=key)
        elif kind == "unit":
            given["target_unit"] = Unit.objects.get(pk=key)
        return given


# Photos are asked for or welcome.
WITH_PHOTOS = (Action.RETURN, Action.CLOSE, Action.PART_DONE, Action.OUTCOME)
TARGETS = {
    Action.TRANSFER: _("Transfer to"),
    Action.JOIN: _("Who helps"),
    Action.ENFORCE: _("Which department"),
}


def _helper_name(part: JointPart) -> str:
    return part.unit.label if part.unit else str(part.grid)


def _told(incident: Incident) -> str:
    return f"{incident.number} · {incident.grid.name} · {incident.description[:40]}"


def _targets(incident: Incident, action: Action) -> list[Any]:
    grids, units = queries.targets(incident, action)
    rows: list[Any] = [("", _("Choose a department") if not grids else _("Choose a town or a department"))]
    if grids:
        rows.append((_("Down to a grid"), [(f"grid-{grid.pk}", grid.name) for grid in grids]))
    rows.append((_("Across to a unit"), [(f"unit-{unit.pk}", unit.label) for unit in units]))
    return rows


def _posts(user: User) -> list[tuple[str, str]]:
    """The grids and units that a person is in post in, as ``queries.filtered`` takes them."""
    return list(
        {
            f"grid-{post.grid_id}" if post.grid_id else f"unit-{post.unit_id}": post.place_name
            for post in current_postings(user)
        }.items()
    )


class IncidentFilter(forms.Form):
    """The filters of the list, kept in the address."""

    q = forms.CharField(
        label=_("Number or words"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("All")
    )
    town = forms.ModelChoiceField(
        label=_("Town"), queryset=Grid.objects.none(), required=False, empty_label=_("All")
    )
    since = forms.DateField(label=_("Reported from"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Reported until"), required=False, widget=DateInput)
    holder = forms.ChoiceField(label=_("Held by"), required=False)
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    open = forms.BooleanField(label=_("Open only"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["state"].choices = [everything, *State.choices]  # type: ignore[attr-defined]
        self.fields["severity"].choices = [everything, *Severity.choices]  # type: ignore[attr-defined]
        self.fields["holder"].choices = [everything, *_posts(user)]  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.filter(parent__isnull=True)  # type: ignore[attr-defined]
        self.fields["town"].queryset = (  # type: ignore[attr-defined]
            grids_in_scope(user).filter(level=TOWN_LEVEL).order_by("code")
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the beginning."))
        return found
