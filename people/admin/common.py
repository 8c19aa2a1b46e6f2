"""What every page of the room in the admin site does: writes by the actions, deletes nothing."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from common.forms import DateInput
from people.forms import ActingForm
from people.models import User

LONGEST_KEY = 18


def is_autocomplete(request: HttpRequest) -> bool:
    """Whether a form asks for something to choose: what is closed is then left out."""
    return request.path == reverse("admin:autocomplete")


def is_key(text: str) -> bool:
    """Whether what an address says may be the key of a row: figures, no more than either database takes."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


class Acting(admin.ModelAdmin):
    """Adds and changes through the forms' actions; offers no deletion."""

    add_form: type[ActingForm]
    actions: Any = None
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.DateField: {"widget": DateInput}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What is chosen is changed on its own page, not in a window over this one."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        for act in ("add", "change", "view", "delete"):
            if hasattr(field, "widget") and hasattr(field.widget, f"can_{act}_related"):
                setattr(field.widget, f"can_{act}_related", False)
        return field

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ActingForm]:
        if obj is None:
            kwargs["form"] = self.add_form
        form = cast(type[ActingForm], super().get_form(request, obj, change=change, **kwargs))
        form.by = cast(User, request.user)  # a class of this request alone: the factory makes one each time
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = form.act().pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs below these rows."""
