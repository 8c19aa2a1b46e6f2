from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People and postings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from people import panels, signals

        panels.install()
        signals.install()


class GridAdminConfig(AdminConfig):
    """django.contrib.admin with the project's own site in place of the default one."""

    default = False
    default_site = "people.admin_site.GridAdminSite"
