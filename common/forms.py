"""Form controls that several rooms use: days, moments, photos."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


def _as_typed(context: dict[str, Any], read: Callable[[str], Any]) -> dict[str, Any]:
    """A text that a browser's calendar would show as empty stands in a plain field, to be seen and mended."""
    widget = context["widget"]
    try:
        read(widget["value"] or "2000-01-01")
    except ValueError:
        widget["type"] = "text"
    return context


class DateInput(forms.DateInput):
    """A day, by the browser's own calendar; what is none stays to be read."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The context of the template."""
        return _as_typed(super().get_context(name, value, attrs), date.fromisoformat)


class DateTimeInput(forms.DateTimeInput):
    """A day and a time, by the browser's own control; what is none stays to be read."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The context of the template."""
        return _as_typed(super().get_context(name, value, attrs), datetime.fromisoformat)


class PhotosInput(forms.FileInput):
    """Several images; static/js/photos.js adds the camera, previews and removal."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", "multiple": True, **(attrs or {})})


class PhotosField(forms.FileField):
    """Some photos, cleaned to a list of uploads. Their content is checked where they are stored."""

    widget = PhotosInput
    default_error_messages = {
        "too_many": ngettext_lazy(
            "Please choose no more than %(limit)s photo.",
            "Please choose no more than %(limit)s photos.",
            "limit",
        ),
        "required": _("Please add at least one photo."),
    }

    def __init__(self, *, limit: int = 9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """A list, empty where none was chosen and none is needed.

        ValidationError: none where one is needed, more than `limit`, an empty file.
        """
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        if len(files) > self.limit:
            raise forms.ValidationError(
                self.error_messages["too_many"], code="too_many", params={"limit": self.limit}
            )
        return [super(PhotosField, self).clean(file, initial) for file in files]
