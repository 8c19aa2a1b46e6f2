"""What an administrator gives to set boundaries, and by what blind spots are chosen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.coordinates import System
from common.errors import Invalid
from common.forms import DateInput
from grids import area_import, dated

# Below what Django takes of a form's fields (settings.DATA_UPLOAD_MAX_MEMORY_SIZE): what a file held comes
# back in the text field.
MOST_CHARACTERS = 1_500_000
FILES = ".geojson,.json,application/geo+json,application/json"


class _Setting(forms.Form):
    """What holds for one boundary and for many."""

    coordinates = forms.ChoiceField(
        label=gettext_lazy("Coordinates"),
        choices=System.choices,
        initial=System.WGS84,
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=DateInput,
        help_text=gettext_lazy("Today or earlier, not before the last change."),
    )
    note = forms.CharField(
        label=gettext_lazy("Basis of the change"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as the number of the document. It is kept in the ledger."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate

    def clean_on(self) -> date:
        """The day, if a change may begin on it at all; the action knows what each grid says to it."""
        day: date = self.cleaned_data["on"]
        try:
            return dated.day_of_change(day)
        except Invalid as ahead:
            raise forms.ValidationError(ahead.fields["on"]) from None


class BoundaryForm(_Setting):
    """The area of one grid, drawn, typed or from a file. ``cleaned_data["area"]`` is the geometry given."""

    geometry = forms.CharField(
        label=gettext_lazy("Boundary as GeoJSON"),
        required=False,
        max_length=MOST_CHARACTERS,
        help_text=gettext_lazy(
            "What is drawn on the map stands here. It can be typed or pasted too: a Polygon or MultiPolygon."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "code"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a GeoJSON file"), required=False, widget=forms.FileInput({"accept": FILES})
    )

    field_order = ["geometry", "file", "coordinates", "on", "note"]

    def clean(self) -> dict[str, Any]:
        """The geometry as JSON; what a file held stands in the text field if the form comes back."""
        data = super().clean() or {}
        if self.errors.keys() & {"file", "geometry"}:
            return data
        upload = data.get("file")
        if upload and upload.size > MOST_CHARACTERS:
            self.add_error("file", _("The file is too large for the boundary of one grid."))
            return data
        text = self._taken_from(upload) if upload else data["geometry"]
        if not text.strip():
            self.add_error("geometry", _("Draw the boundary on the map, or give it as text or as a file."))
            return data
        try:
            data["area"] = area_import.single(area_import.parse(text.encode()))
        except Invalid as wrong:
            self.add_error("geometry", str(wrong))
        return data

    def _taken_from(self, upload: Any) -> str:
        text: str = upload.read().decode("utf-8-sig", "replace")
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("geometry")] = text
        self.data = data
        return text


class ImportForm(_Setting):
    """A FeatureCollection with the areas of many grids."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON file"),
        widget=forms.FileInput({"accept": FILES}),
        help_text=gettext_lazy(
            "A FeatureCollection; the property “code” of each feature names its grid."
            " Grids that the file does not name keep their boundary."
        ),
    )

    field_order = ["file", "coordinates", "on", "note"]


class ConfirmForm(_Setting):
    """An import as it was looked at: the same file, day and coordinates, and the number of what it did."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("coordinates", "on", "note"):
            self.fields[name].widget = forms.HiddenInput()


class BlindSpotFilter(forms.Form):
    """Which grid, which kind."""

    under = forms.ChoiceField(label=pgettext_lazy("filter", "At and below"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(
        self,
        *args: Any,
        grids: Sequence[tuple[int, str]],
        kinds: Sequence[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["under"].choices = [(str(key), name) for key, name in grids]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]


def as_text(geometry: Any) -> str:
    """A stored geometry as the text field shows it: a corner to a line would be long, so one line."""
    return "" if geometry is None else json.dumps(geometry, separators=(",", ":"))
