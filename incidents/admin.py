"""The catalogue in the admin site: every save goes through the room's actions, and nothing is deleted."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from incidents import actions
from incidents.models import Category, DeadlineRule, WorkDay
from people.backends import administers_district
from people.models import User


class NoDelete(admin.ModelAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfTheDistrict(NoDelete):
    """What holds in the whole district: other administrators read it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return administers_district(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_district(request.user)


@admin.register(Category)
class CategoryAdmin(OfTheDistrict):
    list_display = ["code", "name", "name_en", "parent", "order", "active"]
    list_filter = ["active", "parent"]
    search_fields = ["code", "name", "name_en"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return Category.objects.select_related("parent")

    def save_model(
        self, request: HttpRequest, obj: Category, form: ModelForm[Category], change: bool
    ) -> None:
        actions.save_category(obj, by=cast(User, request.user))


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(OfTheDistrict):
    list_display = ["category", "severity", "amount", "clock"]
    list_filter = ["severity", "clock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadlineRule]:
        return DeadlineRule.objects.select_related("category")

    def save_model(
        self, request: HttpRequest, obj: DeadlineRule, form: ModelForm[DeadlineRule], change: bool
    ) -> None:
        actions.save_rule(obj, by=cast(User, request.user))


@admin.register(WorkDay)
class WorkDayAdmin(NoDelete):
    """Shown only: days come from the State Council's plan by ``actions.fill_calendar``."""

    list_display = ["day", "working", "name"]
    list_filter = ["working"]
    date_hierarchy = "day"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
