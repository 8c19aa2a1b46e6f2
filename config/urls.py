"""The address of every room."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from people.forms import LoginForm
from people.views import OwnPassword

ROOMS = {
    "": "command",  # the home of every role, and the board
    "ledger/": "ledgers",
    "grids/": "grids",
    "people/": "people",
    "incidents/": "incidents",
    "inspections/": "inspections",
    "assessments/": "assessments",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "accounts/login/",
        auth.LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/password/", OwnPassword.as_view(), name="password_change"),
    path("accounts/password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
API = ["people", "grids"]  # each room's share; the more special addresses first
urlpatterns += [path("api/v1/", include(f"{room}.api_urls")) for room in API]
urlpatterns += [path(prefix, include(f"{room}.urls")) for prefix, room in ROOMS.items()]
