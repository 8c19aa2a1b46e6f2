"""What the lists of the room are narrowed by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import open_on
from people.models import Posting, Role, UnitKind, User

Lookups = list[tuple[str, Any]]


def _held(**more: Any) -> Exists:
    return Exists(Posting.objects.filter(open_on(timezone.localdate()), person_id=OuterRef("pk"), **more))


class PersonInPost(SimpleListFilter):
    title = pgettext_lazy("filter", "in post")
    parameter_name = "in_post"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("yes", _("In post today")), ("no", _("In no post today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() in ("yes", "no"):
            return queryset.filter(_held() if self.value() == "yes" else ~_held())
        return queryset


class PersonRole(SimpleListFilter):
    """By a role held today: who held it once is not meant."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(_held(role=self.value())) if self.value() else queryset


class PersonPassword(SimpleListFilter):
    title = _("password")
    parameter_name = "has_password"  # Django refuses addresses that ask about "password"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("none", _("None yet")), ("first", _("First one, not changed yet")), ("own", _("Their own"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        none = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        match self.value():
            case "none":
                return queryset.filter(none)
            case "first":
                return queryset.filter(~none, must_change_password=True)
            case "own":
                return queryset.filter(~none, must_change_password=False)
        return queryset


class PostingInForce(SimpleListFilter):
    title = pgettext_lazy("filter", "in post")
    parameter_name = "in_post"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("now", _("In post today")), ("later", _("Not yet")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Posting]) -> QuerySet[Posting]:
        today: date = timezone.localdate()
        match self.value():
            case "now":
                return queryset.filter(open_on(today))
            case "later":
                return queryset.filter(valid_from__gt=today)
            case "ended":
                return queryset.filter(valid_to__lte=today)
        return queryset


class PostingUnitKind(SimpleListFilter):
    title = _("kind of unit")
    parameter_name = "unit_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return list(UnitKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Posting]) -> QuerySet[Posting]:
        return queryset.filter(unit__kind=self.value()) if self.value() else queryset


class UnitOpen(SimpleListFilter):
    title = pgettext_lazy("filter", "open")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("yes", pgettext_lazy("unit", "Open")), ("no", pgettext_lazy("unit", "Closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("yes", "no"):
            return queryset.filter(closed_on__isnull=self.value() == "yes")
        return queryset
