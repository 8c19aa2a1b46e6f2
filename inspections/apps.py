from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Inspections")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grids.fixings import register_fixings
        from grids.restructuring import parts
        from inspections import blind_spots, hand_over
        from inspections.fixings import InspectionsFixings
        from inspections.restructuring import InspectionsPart

        blind_spots.install()
        hand_over.register()
        parts.register(InspectionsPart())
        register_fixings(InspectionsFixings())
