from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People and postings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from grids.fixings import register_fixings
        from grids.restructuring import parts
        from grids.signals import grids_closed
        from people import blind_spots, panels, restructuring, signals
        from people.fixings import PeopleFixings
        from people.restructuring.writing import on_closed

        panels.install()
        blind_spots.install()
        signals.install()
        parts.register(restructuring.PeoplePart())
        register_fixings(PeopleFixings())
        grids_closed.connect(on_closed, dispatch_uid="people.grids_closed")


class GridAdminConfig(AdminConfig):
    """django.contrib.admin with the project's own site in place of the default one."""

    default = False
    default_site = "people.admin_site.GridAdminSite"
