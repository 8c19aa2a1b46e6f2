"""People in the admin site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.admin.books import PeopleBooks
from people.admin.common import Acting, is_autocomplete
from people.admin.filters import PersonInPost, PersonPassword, PersonRole
from people.admin.first_passwords import FirstPasswords, post_words, with_posts
from people.forms import NewPersonForm, PersonForm, PersonPasswordForm
from people.models import User
from people.queries import manageable

admin.site.unregister(Group)  # rights come from postings


@admin.register(User)
class PersonAdmin(PeopleBooks, FirstPasswords, Acting, UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = PersonPasswordForm
    change_list_template = "people/admin/person_list.html"
    change_form_template = "people/admin/person_form.html"
    add_form_template = "people/admin/person_add.html"
    change_user_password_template = "people/admin/password.html"  # noqa: S105 - no password
    list_display = ("login", "full_name", "phone", "posts", "open_account", "last_login")
    list_filter = (PersonInPost, PersonRole, PersonPassword, "is_active")
    list_per_page = 50
    search_fields = ("username", "name", "phone")
    ordering = ("username",)
    actions = ("issue_first_passwords",)
    readonly_fields = ("login", "posts", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("login", "name", "phone", "is_active", "posts", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "phone", "password1", "password2")}),)

    @admin.display(description=_("Login name"), ordering="username")
    def login(self, person: User) -> str:
        return person.username

    @admin.display(description=pgettext_lazy("person", "Name"), ordering="name")
    def full_name(self, person: User) -> str:
        return person.name

    @admin.display(description=pgettext_lazy("column", "In post today"))
    def posts(self, person: Any) -> str:
        return post_words(person)

    @admin.display(description=_("account open"), boolean=True, ordering="is_active")
    def open_account(self, person: User) -> bool:
        return person.is_active

    def get_urls(self) -> list[URLPattern]:
        return [*self.book_urls(), *self.password_urls(), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The people the administrator may change; others do not exist here."""
        found = manageable(cast(User, request.user)).order_by(*self.ordering)
        return found.filter(is_active=True) if is_autocomplete(request) else with_posts(found)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> User | None:
        person = super().get_object(request, object_id, from_field)
        if person is not None:
            person.changed_by = cast(User, request.user)  # for PersonPasswordForm
        return person
