"""People in the admin site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from people.admin.common import Acting
from people.forms import NewPersonForm, PersonForm, PersonPasswordForm
from people.models import User
from people.queries import manageable

admin.site.unregister(Group)  # rights come from postings


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
