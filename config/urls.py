"""The address of every room."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("command.urls")),
    path("accounts/", include("people.account_urls")),
    path("ledger/", include("ledgers.urls")),
    path("grids/", include("grids.urls")),
    path("people/", include("people.urls")),
    path("incidents/", include("incidents.urls")),
    path("inspections/", include("inspections.urls")),
    path("assessments/", include("assessments.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
