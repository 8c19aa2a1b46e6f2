from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments.fixings import AssessmentsFixings
        from assessments.restructuring import AssessmentsPart
        from grids.fixings import register_fixings
        from grids.restructuring import parts

        parts.register(AssessmentsPart())
        register_fixings(AssessmentsFixings())
