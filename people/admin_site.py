"""The admin site: the same pages as Django's, open to those whose posting is administrator."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest

from people.backends import administers


class GridAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Postings alone open the site; the staff flag does not."""
        return administers(request.user)
