"""Documents of a dossier: attached, and taken off it without being lost."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids import queries
from grids.actions.dossiers import keeper
from grids.locks import tree_held
from grids.models import Site, SiteDocument
from ledgers.actions import Actor, Draft, Subject, record
from ledgers.documents import store_document

MOST = SiteDocument._meta.get_field("title").max_length or 0


def attach_document(site_id: int, upload: UploadedFile, title: str, *, by: Any) -> SiteDocument:
    """Keep a document with a dossier; without a title it goes by the name of its file.

    Raises ``NotAllowed``, and ``Invalid`` on ``title``, or on ``file`` for one that may not be kept or hangs
    there already.
    """
    name = str(upload.name or "")
    title = " ".join(title.split()) or PurePath(name).stem[:MOST]
    if len(title) > MOST:
        raise Invalid({"title": _("This is too long.")})
    keeper(by, site_id)
    file = store_document(upload)  # looked into before anything is locked
    with tree_held():
        who = keeper(by, site_id)
        site = Site.objects.select_for_update(of=("self",)).select_related("grid").get(pk=site_id)
        if site.documents.filter(file=file, withdrawn_at__isnull=True).exists():
            raise Invalid({"file": _("This document is attached already.")})
        document = SiteDocument.objects.create(
            site=site, title=title, file=file, name=_short(name), at=timezone.now(), by=by
        )
        _record("attach_document", document, who)
    return document


def withdraw_document(document_id: int, *, by: Any) -> SiteDocument:
    """Take a document off its dossier; one that is off already stays so. Raises ``NotAllowed``."""
    with tree_held():
        document = (
            SiteDocument.objects.select_for_update(of=("self",))
            .select_related("site__grid", "file")
            .get(pk=document_id)
        )
        who = keeper(by, document.site_id)
        if document.withdrawn_at is None:
            document.withdrawn_at = timezone.now()
            document.save(update_fields=["withdrawn_at"])
            _record("withdraw_document", document, who)
    return document


def _short(name: str) -> str:
    """A file's name that fits, with its ending."""
    path = PurePath(name)
    return name if len(name) <= MOST else f"{path.stem[: MOST - 12]}{path.suffix[:12]}"


def _record(action: str, document: SiteDocument, who: Actor) -> None:
    grid = document.site.grid
    record(
        Draft(
            app="grids",
            action=action,
            subject=Subject(type="grids.grid", id=str(grid.pk), label=f"{grid.code} {grid.name}"),
            actor=who,
            at=timezone.now(),
            place=queries.place(grid),
            payload={
                "code": grid.code,
                "document": document.pk,
                "title": document.title,
                "name": document.name,
                "file": document.file.sha256,
                "size": document.file.size,
            },
        )
    )
