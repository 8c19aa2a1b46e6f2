"""Postings in the admin site."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.admin.common import Acting, is_key
from people.admin.filters import PostingInForce, PostingUnitKind
from people.contacts import NOT_CALLED
from people.forms import EndPostingForm, NewPostingForm
from people.hand_over import leaving
from people.models import Posting, Unit, User
from people.queries import grids_in_scope, manageable
from people.rules import Right


@admin.register(Posting)
class PostingAdmin(Acting):
    """A posting is entered and ended; another role or place is another posting."""

    form = EndPostingForm
    add_form = NewPostingForm
    change_form_template = "people/admin/posting.html"
    list_display = ("person", "login", "role", "grid", "unit", "first_day", "last_day")
    list_filter = (PostingInForce, "role", PostingUnitKind)
    list_select_related = ("person", "grid", "unit")
    list_per_page = 50
    search_fields = (
        "person__name", "person__username", "grid__name", "grid__code", "unit__name", "unit__code",
    )  # fmt: skip
    autocomplete_fields = ("person", "grid", "unit")
    ordering = ("-valid_from", "-id")

    @admin.display(description=_("Login name"), ordering="person__username")
    def login(self, posting: Posting) -> str:
        return posting.person.username

    @admin.display(description=_("First day"), ordering="valid_from")
    def first_day(self, posting: Posting) -> date:
        return posting.valid_from

    @admin.display(description=_("Last day"), ordering="valid_to")
    def last_day(self, posting: Posting) -> date | None:
        return posting.last_day

    def response_change(self, request: HttpRequest, obj: Posting) -> HttpResponse:
        """What was changed is that it ends."""
        said = {
            "person": obj.person,
            "role": obj.get_role_display(),
            "place": obj.place_name,
            "day": f"{obj.last_day:%Y-%m-%d}",
        }
        text = gettext("%(person)s is %(role)s in %(place)s until %(day)s, that day included.") % said
        messages.success(request, text)
        return self.response_post_save_change(request, obj)

    # ---- who

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What has ended is looked at."""
        ended = isinstance(obj, Posting) and obj.valid_to is not None and obj.valid_to <= timezone.localdate()
        return super().has_change_permission(request, obj) and not ended

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        grids = grids_in_scope(cast(User, request.user), Right.ADMINISTER).values("pk")
        return Posting.objects.filter(Q(grid_id__in=grids) | Q(unit__grid_id__in=grids))

    # ---- what

    def get_fields(self, request: HttpRequest, obj: Posting | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("person", "role", "grid", "unit", "valid_from", "valid_to")
        end = ("valid_to", "although_alone") if self.has_change_permission(request, obj) else ("last_day",)
        return ("person", "role", "grid", "unit", "first_day", *end)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "role", "grid", "unit", "first_day", "last_day") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What an address fills in; what is no key of a row is left out."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        keys = ("person", "grid", "unit")
        return {name: value for name, value in given.items() if name not in keys or is_key(value)}

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Only what the action would take: people one may manage, open places one administers."""
        user = cast(User, request.user)
        grids = grids_in_scope(user, Right.ADMINISTER).filter(closed_on__isnull=True)
        match db_field.name:
            case "person":
                kwargs["queryset"] = manageable(user).filter(is_active=True)
            case "grid":
                kwargs["queryset"] = grids
            case "unit":
                kwargs["queryset"] = Unit.objects.filter(grid__in=grids.values("pk"), closed_on__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and obj.role not in NOT_CALLED and self.has_change_permission(request, obj):
            form = context["adminform"].form
            day = getattr(form, "cleaned_data", {}).get("valid_to") or timezone.localdate()
            context["leaving"] = leaving(obj, on=day)
        if obj is not None:  # what ends is one posting
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, add, change, form_url, obj)
