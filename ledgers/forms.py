"""What is typed into the ledger's pages, and photos checked by their content."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.errors import Invalid
from common.forms import PhotosField as AnyPhotosField
from ledgers.files import check_image


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
