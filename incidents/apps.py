from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Incidents")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grids.restructuring import parts
        from grids.signals import grids_closed
        from incidents import hand_over, panels
        from incidents.actions.succession import pass_on
        from incidents.restructuring import IncidentsPart

        panels.register()
        hand_over.register()
        parts.register(IncidentsPart())
        grids_closed.connect(pass_on, dispatch_uid="incidents.grids_closed")
