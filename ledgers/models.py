from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from ledgers.rules import SUBJECTS, Kind, action_label


class Entry(models.Model):
    """One thing that was done, kept for ever: the database itself refuses UPDATE and DELETE.

    Who, place and posting are copied as text beside their keys, so that an entry can be read
    alone, whatever happens to the rows it speaks of.
    """

    at = models.DateTimeField(_("time"), db_index=True)
    app = models.CharField(_("room"), max_length=32)
    action = models.CharField(_("action"), max_length=64)
    subject_type = models.CharField(_("kind of subject"), max_length=64)
    subject_id = models.CharField(_("subject key"), max_length=64)
    subject_label = models.CharField(_("subject"), max_length=200)
    grid_id = models.BigIntegerField(_("grid key"), null=True, blank=True)
    grid_name = models.CharField(_("grid"), max_length=120, blank=True)
    grid_path = models.CharField(_("path of the grid then"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("name of who"), max_length=64)
    posting_id = models.BigIntegerField(_("posting key"), null=True, blank=True)
    role = models.CharField(_("as what"), max_length=32, blank=True)
    payload = models.TextField(_("content, canonical JSON (RFC 8785)"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="entry_subject"),
            models.Index(fields=["actor", "at"], name="entry_actor_at"),
            # For LIKE 'path%' in every locale of PostgreSQL; SQLite has no operator classes.
            models.Index(
                fields=["grid_path", "at"],
                name="entry_path_at",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.app}.{self.action} {self.subject_label}"

    @property
    def action_label(self) -> str | Promise:
        """What was done, in the reader's language."""
        return action_label(self.app, self.action)

    @property
    def kind_label(self) -> str | Promise:
        """What kind of thing it was done to, in the reader's language."""
        return SUBJECTS.get(self.subject_type, Kind(self.subject_type)).label

    @property
    def role_label(self) -> str:
        """As what the person acted, in the reader's language (``settings.LEDGER_ROLES``)."""
        return str(import_string(settings.LEDGER_ROLES)(self.role).label) if self.role else ""


class StoredFile(models.Model):
    """A file kept once by its content; entries name it by the same SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="files")
    size = models.PositiveIntegerField(_("size in bytes"))
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.sha256[:12]
