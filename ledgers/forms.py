"""What is typed into the ledger's pages, and photos checked by their content."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.errors import Invalid
from common.forms import DateInput
from common.forms import PhotosField as AnyPhotosField
from ledgers.files import check_image
from ledgers.rules import action_choices, kind_choices


class PhotosField(AnyPhotosField):
    """Some photos that are photos by their content, so that the message stands beside the field."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """A list of uploads. ValidationError: as in ``common.forms``, and for each that is no photo."""
        uploads = super().clean(data, initial)
        errors: list[forms.ValidationError] = []
        for upload in uploads:
            try:
                check_image(upload)
            except Invalid as refused:
                errors.append(forms.ValidationError(refused.fields["photos"], code="photo"))
        if errors:
            raise forms.ValidationError(errors)
        return uploads


def _kinds() -> list[tuple[str, str | Promise]]:
    return [("", pgettext_lazy("filter", "Any")), *kind_choices()]


def _actions() -> list[tuple[str, str | Promise]]:
    return [("", pgettext_lazy("filter", "Any")), *action_choices()]


class EntryFilter(forms.Form):
    """What the list of entries may be narrowed by; all optional, kept in the address."""

    grid = forms.CharField(label=_("Grid (name or code)"), required=False, max_length=120)
    person = forms.CharField(label=_("Who"), required=False, max_length=64)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_kinds)
    subject = forms.CharField(label=_("About what"), required=False, max_length=200)
    action = forms.ChoiceField(label=_("What was done"), required=False, choices=_actions)
    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DateInput)
    until = forms.DateField(label=pgettext_lazy("date", "To"), required=False, widget=DateInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return cleaned
