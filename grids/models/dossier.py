from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models.tree import Grid
from ledgers.models import StoredFile


class SiteKind(models.TextChoices):
    """The six kinds of site point, level 5 (domain §1)."""

    AGENCY = "agency", _("Agency")
    ENTERPRISE = "enterprise", _("Enterprise")
    ORGANISATION = "organisation", _("Social organisation")
    COMPOUND = "compound", _("Residential compound")
    MARKET = "market", _("Market")
    CONSTRUCTION = "construction", _("Construction site")


class Risk(models.TextChoices):
    KEY = "key", _("Key")
    SECOND = "second", _("Second class")
    ORDINARY = "ordinary", _("Ordinary")


class Pollution(models.TextChoices):
    """The kinds of pollution source a dossier keeps (domain §1, baseline)."""

    EXHAUST = "exhaust", _("Exhaust gas")
    WASTE_WATER = "waste_water", _("Waste water")
    NOISE = "noise", _("Noise")
    DUST = "dust", _("Dust")
    SOLID_WASTE = "solid_waste", _("Solid waste")
    HAZARDOUS_WASTE = "hazardous_waste", _("Hazardous waste")


class PermitKind(models.TextChoices):
    DISCHARGE_PERMIT = "discharge_permit", _("Pollutant discharge permit")
    DISCHARGE_REGISTRATION = "discharge_registration", _("Registration of pollutant discharge")
    IMPACT_APPROVAL = "impact_approval", _("Approval of the environmental impact assessment")
    ACCEPTANCE = "acceptance", _("Acceptance of environmental protection on completion")
    DRAINAGE = "drainage", _("Permit to drain into sewers")
    HAZARDOUS_WASTE = "hazardous_waste", _("Hazardous waste permit")
    OTHER = "other", _("Other permit")


class FacilityState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("facility", "Running")
    STOPPED = "stopped", _("Stopped")
    REPAIR = "repair", _("Under repair")


class Site(models.Model):
    """The dossier of a level-5 grid, one per site (一企一档), as it stands today.

    ``version`` counts its changes; ``SiteVersion`` keeps what it said before each.
    """

    grid = models.OneToOneField(Grid, models.PROTECT, primary_key=True, related_name="site")
    kind = models.CharField(_("kind"), max_length=16, choices=SiteKind)
    risk = models.CharField(_("risk grade"), max_length=16, choices=Risk, default=Risk.ORDINARY)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lon = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    contact_name = models.CharField(_("contact"), max_length=64, blank=True)
    contact_phone = models.CharField(_("contact's phone"), max_length=32, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    # A survey that found no source is not the same as no survey.
    surveyed_on = models.DateField(_("surveyed on"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return str(self.grid_id)


class PollutionSource(models.Model):
    """One source of pollution at a site, and what is done about it."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="sources", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=16, choices=Pollution)
    name = models.CharField(_("source"), max_length=120)
    pollutants = models.CharField(_("main pollutants"), max_length=200, blank=True)
    outlet = models.CharField(_("where it goes"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pollution source")
        verbose_name_plural = _("pollution sources")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Permit(models.Model):
    site = models.ForeignKey(Site, models.CASCADE, related_name="permits", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=24, choices=PermitKind)
    number = models.CharField(_("number"), max_length=64)
    issued_by = models.CharField(_("issued by"), max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)  # the last day, as printed on it

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="permit_forward",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Facility(models.Model):
    """A treatment facility 治理设施."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="facilities", verbose_name=_("site"))
    name = models.CharField(_("facility"), max_length=120)
    treats = models.CharField(_("treats"), max_length=16, choices=Pollution)
    process = models.CharField(_("process and capacity"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=FacilityState, default=FacilityState.RUNNING)

    class Meta:
        verbose_name = _("treatment facility")
        verbose_name_plural = _("treatment facilities")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class SiteVersion(models.Model):
    """What a dossier said from a moment on; append-only, refused by the database otherwise (0005)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="versions", verbose_name=_("site"))
    number = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("time"))
    # None: as it stood before the first change that was recorded
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    content = models.JSONField(_("content"))  # see dossiers.content
    note = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of a dossier")
        verbose_name_plural = _("versions of dossiers")
        ordering = ["site_id", "number"]
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="site_version_once")]

    def __str__(self) -> str:
        return f"{self.site_id} v{self.number}"


class SiteDocument(models.Model):
    """A document attached to a dossier; taken off it is withdrawn, never deleted."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="documents", verbose_name=_("site"))
    title = models.CharField(_("title"), max_length=120)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    name = models.CharField(_("file name"), max_length=120)  # as it was sent, for the one who fetches it
    at = models.DateTimeField(_("attached"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("document of a dossier")
        verbose_name_plural = _("documents of dossiers")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.title
