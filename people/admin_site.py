"""The admin site: the same pages as Django's, open to those whose posting is administrator."""

from django.contrib.admin import AdminSite


class GridAdminSite(AdminSite):
    pass
