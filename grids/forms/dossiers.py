"""What is typed into a dossier: the main fields, and a list of rows for each of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import phones
from common.coordinates import System, to_wgs84
from common.forms import DateInput
from common.words import Words
from grids import dossiers
from grids.dossiers import PARTS, Content, Part
from grids.models import Grid, Risk, Site, SiteDocument, SiteKind
from ledgers.documents import ACCEPT

MOST_ROWS = 60
TYPED = (
    "kind", "risk", "address", "contact_name", "contact_phone", "credit_code", "industry", "surveyed_on",
    "remarks",
)  # fmt: skip

UNSEEN = {"hidden": True, "tabindex": "-1", "autocomplete": "off"}
FIELD_OF = {"lon": "longitude", "lat": "latitude"}  # of the form, by the key of a content


def model_fields(model: type[Model], keys: tuple[str, ...]) -> dict[str, forms.Field]:
    """The fields of a model as a form has them, days by the browser's calendar."""
    days: dict[str, Any] = {
        key: DateInput for key in keys if key in ("surveyed_on", "valid_from", "valid_until")
    }
    labels = {key: dossiers.label(model, key) for key in keys}
    found: dict[str, forms.Field] = forms.fields_for_model(model, keys, widgets=days, labels=labels)
    return found


def degrees(label: Any, limit: int) -> forms.DecimalField:
    """Degrees with as many decimals as a map gives them."""
    return forms.DecimalField(
        label=label, min_value=-limit, max_value=limit, error_messages=OFF_THE_EARTH.get(limit)
    )


_NO_LATITUDE = _("A latitude lies between −90 and 90. Are longitude and latitude swapped?")
OFF_THE_EARTH: dict[int, dict[str, Any]] = {90: {"max_value": _NO_LATITUDE, "min_value": _NO_LATITUDE}}


class MainForm(forms.Form):
    """The main fields of a dossier, the site's name, where it lies and why it is written."""

    name = forms.CharField(label=_("Site's name"), max_length=Grid._meta.get_field("name").max_length)
    latitude = degrees(_("Latitude"), 90)
    longitude = degrees(_("Longitude"), 180)
    system = forms.ChoiceField(
        label=_("Coordinate system"),
        choices=System.choices,
        initial=System.WGS84,
        widget=forms.RadioSelect,
        help_text=_("Figures copied from a Chinese map are GCJ-02; they are brought to WGS-84."),
    )
    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Such as the survey or the document it follows from. It is kept with the version."),
    )
    # What was shown. Not of the type hidden, which drafts leave out: a draft is put back with what it was
    # typed upon, or it would overwrite what another has written meanwhile.
    version = forms.IntegerField(
        widget=forms.NumberInput(attrs=UNSEEN | {"aria-label": _("Version shown")}), required=False
    )
    called = forms.CharField(
        widget=forms.TextInput(attrs=UNSEEN | {"aria-label": _("Name shown")}), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Site, TYPED)
        for key, choices in (("kind", SiteKind.choices), ("risk", Risk.choices)):
            self.fields[key] = forms.ChoiceField(
                label=self.fields[key].label, choices=choices, widget=forms.RadioSelect
            )
        # Longer than it may be: the check says better what is wrong with it.
        self.fields["credit_code"] = forms.CharField(
            label=self.fields["credit_code"].label, required=False, max_length=40
        )
        self.fields["remarks"].widget.attrs["rows"] = 3
        self.fields["contact_phone"].widget.input_type = "tel"

    def clean_credit_code(self) -> str:
        text = dossiers.plain(Site, "credit_code", self.cleaned_data["credit_code"])
        return self._checked(text, dossiers.credit_code_fault(text))

    def clean_contact_phone(self) -> str:
        text = dossiers.plain(Site, "contact_phone", self.cleaned_data["contact_phone"])
        return self._checked(text, phones.fault(text))

    def clean_surveyed_on(self) -> Any:
        day = self.cleaned_data["surveyed_on"]
        text = dossiers.plain(Site, "surveyed_on", day)
        return self._checked(day, dossiers.survey_fault(text, today=timezone.localdate()))

    def _checked(self, value: Any, fault: Words | None) -> Any:
        if fault is not None:
            raise forms.ValidationError(str(fault))
        return value

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if {"latitude", "longitude", "system"} <= found.keys():
            found["lon"], found["lat"] = to_wgs84(
                found["longitude"], found["latitude"], system=found["system"]
            )
        return found

    @classmethod
    def initial_of(cls, content: Content) -> dict[str, Any]:
        """What the form shows of a content."""
        return {
            **{key: content[key] for key in TYPED},
            "latitude": content["lat"],
            "longitude": content["lon"],
            "system": System.WGS84.value,
        }


class NewMainForm(MainForm):
    """The same for a site to be opened."""

    code = forms.CharField(label=_("Site's code"), max_length=Grid._meta.get_field("code").max_length)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"], self.fields["called"]


class RowForm(forms.Form):
    """One row of a part, which the form's class names."""

    part: Part

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(self.part.model, self.part.fields)

    @property
    def title(self) -> str:
        """What the entry is about, in a line; empty for a new one."""
        values = {key: str(self[key].value() or "") for key in self.part.fields[:2]}
        if not values.get(self.part.name):
            return ""
        return " · ".join(
            dossiers.shown(self.part.model, key, value) for key, value in values.items() if value
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.part.key == "permits" and {"valid_from", "valid_until"} <= found.keys():
            days = (dossiers.plain(self.part.model, key, found[key]) for key in ("valid_from", "valid_until"))
            if (fault := dossiers.term_fault(*days)) is not None:
                self.add_error("valid_until", str(fault))
        return found


class Rows(BaseFormSet):
    """The rows of a part. All are new to the form: the dossier's list becomes what is typed here."""

    part: Part

    def initial_form_count(self) -> int:
        return 0

    def said(self) -> list[dict[str, Any]]:
        """The rows typed, without empty ones and those to be removed."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.has_changed() and not form.cleaned_data.get("DELETE")
        ]


def rows_of(part: Part) -> type[Rows]:
    """The class of the list of a part."""
    form = type(f"{part.model.__name__}Row", (RowForm,), {"part": part})
    base = type(f"{part.model.__name__}Rows", (Rows,), {"part": part})
    made: Any = formset_factory(
        form, formset=base, extra=0, can_delete=True, max_num=MOST_ROWS, validate_max=True
    )
    return cast(type[Rows], made)


ROWS = {part.key: rows_of(part) for part in PARTS}


class DossierForms:
    """The form and its lists as one; answers what ``components/form_errors.html`` asks of a form."""

    def __init__(
        self,
        form: type[MainForm],
        *,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        rows: Mapping[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.main = form(data, initial=dict(initial or {}))
        self.lists: list[Rows] = []
        for part in PARTS:
            given = (rows or {}).get(part.key, [])
            formset = ROWS[part.key](data, initial=given, prefix=part.key)
            formset.extra = len(given)
            self.lists.append(formset)

    @classmethod
    def of(cls, form: type[MainForm], content: Content, **more: Any) -> DossierForms:
        """Filled with what a dossier says, and ``more`` of the main fields."""
        return cls(form, initial=MainForm.initial_of(content) | more, rows=content)

    @classmethod
    def typed(cls, form: type[MainForm], data: Mapping[str, Any], *, add: str) -> DossierForms:
        """Filled with what was typed so far, unchecked, and one more row in the list named."""
        rows = {part.key: list(_typed_rows(data, part)) for part in PARTS}
        rows.get(add, []).append({})
        empty = form()
        return cls(form, initial={key: data.get(key, "") for key in empty.fields if key in data}, rows=rows)

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), *(one.is_valid() for one in self.lists)])

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude that were typed, in WGS-84, once they are valid."""
        said = self.main.cleaned_data
        return float(said["lon"]), float(said["lat"])

    @property
    def new_name(self) -> str | None:
        """The site's name, where another was typed than was shown."""
        said = self.main.cleaned_data
        return said["name"] if said["name"] != said["called"] else None

    def content(self) -> Content:
        """What was typed, once it is valid."""
        return dossiers.made(self.main.cleaned_data, {one.part.key: one.said() for one in self.lists})

    def add_errors(self, fields: Mapping[str, str]) -> None:
        """Each sentence beside its field, others at the head of the form."""
        for key, sentence in fields.items():
            name = FIELD_OF.get(key, key)
            self.main.add_error(name if name in self.main.fields else None, sentence)

    # ---- as the head of the form asks

    @property
    def errors(self) -> bool:
        return bool(self.main.errors) or any(one.total_error_count() for one in self.lists if one.is_bound)

    def non_field_errors(self) -> list[str]:
        lists = (error for one in self.lists if one.is_bound for error in one.non_form_errors())
        return [*self.main.non_field_errors(), *lists]

    def hidden_fields(self) -> list[Any]:
        return self.main.hidden_fields()


def _typed_rows(data: Mapping[str, Any], part: Part) -> Iterator[dict[str, Any]]:
    """The rows of a list as they were sent."""
    total = str(data.get(f"{part.key}-TOTAL_FORMS", ""))
    count = min(int(total), MOST_ROWS) if total.isascii() and total.isdecimal() and len(total) < 6 else 0
    for number in range(count):
        row = {key: data.get(f"{part.key}-{number}-{key}", "") for key in (*part.fields, "DELETE")}
        if any(row.values()):
            yield row


class DocumentForm(forms.Form):
    """A document to be attached."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, photo, Word (.docx) or Excel (.xlsx), up to 20 MB."),
        max_length=255,
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=SiteDocument._meta.get_field("title").max_length,
        required=False,
        help_text=_("Empty: the name of the file."),
    )


class CloseForm(forms.Form):
    """Why a site is closed, and which one takes over what is open there."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    successor = forms.ModelChoiceField(
        label=_("Site that takes over"),
        queryset=Grid.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Open incidents pass to it. Without one, a site with open incidents cannot be closed."),
    )

    def __init__(self, *args: Any, site: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = (  # type: ignore[attr-defined]
            Grid.objects.filter(parent_id=site.parent_id, closed_on__isnull=True)
            .exclude(pk=site.pk)
            .order_by("code")
        )


class ImportForm(forms.Form):
    """A workbook of sites."""

    file = forms.FileField(
        label=_("Workbook (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}), max_length=255
    )
    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Such as the survey or the document it follows from. It is kept with the version."),
    )


class ConfirmForm(forms.Form):
    """The workbook that was looked at, and what it was seen to do."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    note = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
