"""People, units and postings in the admin site: written by the room's actions, never deleted."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from people.forms import (
    ActingForm,
    EndPostingForm,
    NewPersonForm,
    NewPostingForm,
    NewUnitForm,
    PersonForm,
    PersonPasswordForm,
    UnitForm,
)
from people.models import Posting, Unit, User
from people.queries import grids_in_scope, manageable
from people.rules import Right

admin.site.unregister(Group)  # rights come from postings


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


@admin.register(User)
class PersonAdmin(Acting, UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = PersonPasswordForm
    list_display = ("username", "name", "phone", "is_active", "last_login")
    list_filter = ("is_active", "postings__role")
    search_fields = ("username", "name", "phone")
    ordering = ("username",)
    readonly_fields = ("username", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("username", "name", "phone", "is_active", "last_login", "date_joined")}),)
    add_fieldsets = ((None, {"fields": ("username", "name", "phone", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The people the administrator may change; others do not exist here."""
        return manageable(cast(User, request.user))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> User | None:
        person = super().get_object(request, object_id, from_field)
        if person is not None:
            person.changed_by = cast(User, request.user)  # for PersonPasswordForm
        return person


@admin.register(Unit)
class UnitAdmin(Acting):
    form = UnitForm
    add_form = NewUnitForm
    list_display = ("code", "name", "kind", "grid", "opened_on", "closed_on")
    list_filter = ("kind",)
    list_select_related = ("grid",)
    search_fields = ("code", "name")
    autocomplete_fields = ("grid",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        new = ("code", "kind", "name", "name_en", "grid", "opened_on")
        return (*new, "closed_on") if obj else new

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "kind", "grid", "opened_on") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        grids = grids_in_scope(cast(User, request.user), Right.ADMINISTER)
        return Unit.objects.filter(grid__in=grids.values("pk"))


@admin.register(Posting)
class PostingAdmin(Acting):
    """A posting is entered and ended; another role or place is another posting."""

    form = EndPostingForm
    add_form = NewPostingForm
    list_display = ("person", "role", "grid", "unit", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("person", "grid", "unit")
    search_fields = ("person__name", "person__username", "grid__name", "unit__name")
    autocomplete_fields = ("person", "grid", "unit")
    ordering = ("-valid_from", "-id")
    fields = ("person", "role", "grid", "unit", "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "role", "grid", "unit", "valid_from") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        grids = grids_in_scope(cast(User, request.user), Right.ADMINISTER).values("pk")
        return Posting.objects.filter(Q(grid_id__in=grids) | Q(unit__grid_id__in=grids))
