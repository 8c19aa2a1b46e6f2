"""Responsibility lists in the admin site: a new version is written, no version is changed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from common.errors import NotAllowed
from grids.admin.filters import ByLevel, ByVersion
from grids.forms.charters import HELP, LABELS, TEXTS, VersionForm, initial_of, level_choices
from grids.queries import level_labels
from grids.versions import Wording
from people import actions, defaults
from people.admin.common import Acting
from people.backends import administers_district
from people.duties import posted_in
from people.forms import ActingForm
from people.models import DutyList, Role, User
from people.queries import grids_in_scope
from people.rules import Right


class DutyListForm(ActingForm):
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        coerce=int,
        help_text=gettext_lazy("Of the grid, or of the home grid of the unit."),
    )

    although_anew = forms.BooleanField(
        label=gettext_lazy("Everyone in such a post acknowledges it anew"), required=False
    )

    class Meta:
        model = DutyList
        fields = ("role", "level", *TEXTS, "valid_from")
        labels = LABELS
        help_texts = HELP
        widgets = VersionForm.Meta.widgets

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "level" in self.fields:
            self.fields["level"].choices = level_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not self.cleaned_data["although_anew"] and (n := self._reached()):
            text = ngettext(
                "%(n)s person is in such a post and will have to acknowledge this version. Tick this if it"
                " is meant.",
                "%(n)s people are in such posts and will have to acknowledge this version. Tick this if it"
                " is meant.",
                n,
            )
            self.add_error("although_anew", text % {"n": n})
        return cleaned

    def _reached(self) -> int:
        """How many hold the role at the level today, wherever the list holds."""
        data = self.cleaned_data
        grids = grids_in_scope(self.by, Right.ADMINISTER)
        posted = posted_in(grids, on=timezone.localdate())
        return posted.filter(role=data["role"], at_level=data["level"]).count()

    def validate_constraints(self) -> None:
        """Nothing: the action follows the version before."""

    def act(self) -> DutyList:
        data = self.cleaned_data
        wording = Wording(**{name: data[name] for name in TEXTS})
        return actions.set_duty_list(data["role"], data["level"], wording, by=self.by, on=data["valid_from"])


@admin.register(DutyList)
class DutyListAdmin(Acting):
    form = add_form = DutyListForm
    list_display = ("name", "role", "level_name", "version", "document", "valid_from", "valid_to")
    list_filter = ("role", ByLevel, ByVersion)
    search_fields = ("name", "document")
    ordering = ("level", "role", "-version")
    change_form_template = "people/admin/duty_list_form.html"
    change_list_template = "people/admin/duty_list_list.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns, the names of levels asked for once."""
        labels = level_labels()

        @admin.display(description=gettext_lazy("level"), ordering="level")
        def level(duty_list: DutyList) -> str:
            return labels.get(duty_list.level, str(duty_list.level))

        return tuple(level if name == "level_name" else name for name in self.list_display)

    @admin.display(description=gettext_lazy("level"), ordering="level")
    def level_name(self, duty_list: DutyList) -> str:
        return level_labels().get(duty_list.level, str(duty_list.level))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A list holds in the whole district: other administrators read it."""
        return administers_district(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("role", "level", *TEXTS, "valid_from", "although_anew")
        return ("role", "level_name", "version", *TEXTS, "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("level_name",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version starts from the one before."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        given["valid_from"] = timezone.localdate()
        role, level = given.get("role"), str(given.get("level", ""))
        if role in Role.values and level.isascii() and level.isdecimal() and len(level) < 5:
            row = DutyList.objects.filter(role=role, level=int(level)).order_by("-version").first()
            if row is not None:
                given |= initial_of(row)
        return given

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the ledger has it."""

    # ---- the usual ones

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("install/", view(self.install_view), name="people_dutylist_install"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        have = set(DutyList.objects.values_list("role", "level"))
        lacking = sum((row.role, level) not in have for row in defaults.DUTY_LISTS for level in row.levels)
        offered = lacking if administers_district(request.user) else 0
        return super().changelist_view(request, {**(extra_context or {}), "lacking": offered})

    def install_view(self, request: HttpRequest) -> HttpResponse:
        """Take over the usual lists for the roles and levels that have none."""
        if request.method != "POST":
            raise PermissionDenied
        try:
            n = actions.install_duty_lists(by=cast(User, request.user), since=timezone.localdate())
        except NotAllowed as refused:
            raise PermissionDenied(str(refused)) from refused
        messages.success(request, ngettext("%(n)s text taken over.", "%(n)s texts taken over.", n) % {"n": n})
        return HttpResponseRedirect(reverse("admin:people_dutylist_changelist"))
