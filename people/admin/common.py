"""What every page of the room in the admin site does: writes by the actions, deletes nothing."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from people.forms import ActingForm
from people.models import User


class Acting(admin.ModelAdmin):
    """Adds and changes through the forms' actions; offers no deletion."""

    add_form: type[ActingForm]
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
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
