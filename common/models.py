from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Bilingual(models.Model):
    """Data whose name is shown in the reader's language: Chinese first, English beside it."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language; Chinese where no English name is given."""
        if (get_language() or "").startswith("en") and self.name_en:
            return self.name_en
        return self.name
