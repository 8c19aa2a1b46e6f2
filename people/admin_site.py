"""The admin site: the same pages as Django's, open to those whose posting is administrator."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse

from people.backends import administers


class NamedApart(AutocompleteJsonView):
    """Choices that tell two of the same name apart: 张伟 (zhangwei), 岗李村第1网格 (410173001201-01)."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        mark = getattr(obj, "username", None) or getattr(obj, "code", None)
        return {**result, "text": f"{obj} ({mark})"} if mark else result


class GridAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Postings alone open the site; the staff flag does not."""
        return administers(request.user)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        answer: Any = NamedApart.as_view(admin_site=self)(request)
        return cast(HttpResponse, answer)
