"""The form of a visit, and the filters of the list of visits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from common.forms import DateInput
from grids.models import Grid
from grids.rules import TOWN_LEVEL
from incidents.forms import IncidentFields
from inspections.actions import Position, Problem, needs_words
from inspections.models import Checklist
from inspections.queries import between, under
from inspections.rules import Answer
from ledgers.forms import PhotosField
from people.models import User
from people.queries import grids_in_scope


class VisitForm(forms.Form):
    """Answers on one version of a checklist, position, photos, and the problem found, if any."""

    latitude = forms.DecimalField(
        label=_("Latitude"), min_value=-90, max_value=90, decimal_places=6, required=False
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), min_value=-180, max_value=180, decimal_places=6, required=False
    )
    accuracy = forms.FloatField(min_value=0, max_value=1_000_000, required=False, widget=forms.HiddenInput)
    photos = PhotosField(label=_("Photos"), required=False, help_text=_("Up to nine, 10 MB each."))
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    problem = forms.BooleanField(label=_("I found a problem to report"), required=False)
    checklist = forms.ModelChoiceField(
        Checklist.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This checklist is not for this kind of site.")},
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, checklist: Checklist) -> None:
        super().__init__(data, files, initial={"checklist": checklist.pk, "key": str(uuid4())})
        self.version = self._version(data, checklist)
        field: Any = self.fields["checklist"]
        field.queryset = Checklist.objects.filter(site_kind=checklist.site_kind)
        for question in self.version.questions.all():
            self.fields[f"answer_{question.order}"] = forms.ChoiceField(
                label=question.label,
                choices=Answer.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please answer this question.")},
            )
        self.incident = IncidentFields(data if self.reports else None, prefix="problem")

    @staticmethod
    def _version(data: Any, active: Checklist) -> Checklist:
        """The version the sent answers were given on: another may have come into use meanwhile."""
        sent = str(data.get("checklist", "")) if data is not None else ""
        if not sent.isdecimal() or int(sent) == active.pk:
            return active
        return Checklist.objects.filter(site_kind=active.site_kind, pk=int(sent)).first() or active

    @cached_property
    def reports(self) -> bool:
        """Whether the switch for a problem is on in what was sent."""
        return bool(self.is_bound and self["problem"].data)

    @property
    def questions(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("answer_"))

    def is_valid(self) -> bool:
        own = super().is_valid()
        good = own and (not self.reports or self.incident.is_valid())
        if not own and self.reports:
            self.incident.is_valid()  # so that its errors show together with the others
        if not good:
            self._ask_for_photos_again()
        return good

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given = [name for name in ("latitude", "longitude") if data.get(name) is not None]
        if len(given) == 1 and not {"latitude", "longitude"} & set(self.errors):
            other = "longitude" if given == ["latitude"] else "latitude"
            self.add_error(other, _("A position needs both figures."))
        if needs_words(self.answers, data.get("note", ""), self.reports):
            self.add_error("note", _("Something is not in order: say what, or report it as a problem below."))
        return data

    def refuse(self, error: Invalid) -> None:
        """Put what an action refused beside its field."""
        for name, text in error.fields.items():
            if name in self.fields:
                self.add_error(name, text)
            elif name in self.incident.fields and self.incident.is_bound:
                self.incident.add_error(name, text)
            else:
                self.add_error(None, text)
        self._ask_for_photos_again()

    def _ask_for_photos_again(self) -> None:
        if self.files and "photos" not in self.errors:
            self.add_error("photos", _("A browser does not keep photos. Please choose them again."))

    @property
    def answers(self) -> dict[str, str]:
        """Order of the question, as text → yes, no or na; what is not answered is absent."""
        return {
            name.removeprefix("answer_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("answer_") and value
        }

    @property
    def position(self) -> Position | None:
        lon, lat = self.cleaned_data.get("longitude"), self.cleaned_data.get("latitude")
        if lon is None or lat is None:
            return None
        accuracy = self.cleaned_data.get("accuracy")
        return Position(lon=lon, lat=lat, accuracy=None if accuracy is None else round(accuracy))

    @property
    def found(self) -> Problem | None:
        if not self.reports:
            return None
        data = self.incident.cleaned_data
        return Problem(category=data["category"], severity=data["severity"], description=data["description"])


class VisitFilter(forms.Form):
    """The filters of the list, read from the address."""

    site = forms.CharField(label=_("Site"), required=False, max_length=64)
    person = forms.CharField(label=_("Person"), required=False, max_length=64)
    grid = forms.ModelChoiceField(
        Grid.objects.none(), label=_("Town"), required=False, empty_label=_("All towns")
    )
    start = forms.DateField(label=_("From day"), required=False, widget=DateInput)
    end = forms.DateField(label=_("To day"), required=False, widget=DateInput)
    problem = forms.BooleanField(label=_("Only with a problem"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        mine = grids_in_scope(user)
        field: Any = self.fields["grid"]
        field.queryset = mine.filter(closed_on__isnull=True).order_by("level", "code")
        towns = mine.filter(level=TOWN_LEVEL, closed_on__isnull=True).order_by("code")
        chosen = self._chosen(field.queryset, data)
        named = {grid.pk: grid.name for grid in [*towns, *([chosen] if chosen else [])]}
        self.scope = chosen
        if len(named) < 2 and chosen is None:
            del self.fields["grid"]
        else:
            field.choices = [("", _("All towns")), *named.items()]

    @staticmethod
    def _chosen(grids: Any, data: Any) -> Grid | None:
        """The grid in the address; one of any level in sight, as pages with a count link here."""
        sent = str(data.get("grid", "")) if data else ""
        return grids.filter(pk=int(sent)).first() if sent.isdecimal() else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if start and end and start > end:
            self.add_error("end", _("The period ends before it begins."))
        return data

    def narrow(self, visits: Any) -> Any:
        """The visits that fit; with an error in the filters, all of what is right still counts."""
        self.is_valid()
        data = self.cleaned_data
        if site := data.get("site"):
            visits = visits.filter(site__name__icontains=site) | visits.filter(site__code=site)
        if person := data.get("person"):
            visits = visits.filter(by__name__icontains=person)
        if self.scope is not None:
            visits = visits.filter(under(self.scope))
        if data.get("problem"):
            visits = visits.filter(incident__isnull=False)
        return visits.filter(between(data.get("start"), data.get("end")))
