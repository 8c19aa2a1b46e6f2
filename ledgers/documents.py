"""Documents people attach: judged by their content, kept once, handed out so that nothing in them can run."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from common.errors import Invalid
from ledgers import files
from ledgers.models import StoredFile

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2000
CHUNK = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
# By the file's own content type; the ending is ours, never the sender's.
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    f"{OFFICE}wordprocessingml.document": ".docx",
    f"{OFFICE}spreadsheetml.sheet": ".xlsx",
}
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx"


def store_document(upload: UploadedFile) -> StoredFile:
    """Keep a PDF, a photo (as ``store_image`` does), a Word or Excel document, once per content.

    Raises ``Invalid({"file": …})`` for what is none of these by its content, holds macros, is locked by a
    password, unpacks to more than it should, or is larger than 20 MB.
    """
    if upload.size is None or upload.size > MOST_BYTES:
        raise _refused(_("%(name)s is larger than 20 MB."), upload)
    if upload.size == 0:
        raise _refused(_("%(name)s is empty."), upload)
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for sort in SORTS:
        if sort.fits(head):
            return sort.store(upload)
    raise _refused(
        _("%(name)s is no PDF, photo (JPEG, PNG, WebP), Word (.docx) or Excel (.xlsx) document."), upload
    )


def _refused(text: str, upload: UploadedFile) -> Invalid:
    return Invalid({"file": text % {"name": upload.name}})


# ---- sorts of documents, by how they begin


def _pdf(upload: UploadedFile) -> StoredFile:
    content = upload.read()
    if b"%%EOF" not in content:
        raise _refused(_("%(name)s is a PDF whose end is missing. Please send it again."), upload)
    return files.store_content(content, content_type="application/pdf", suffix=".pdf")


def _photo(upload: UploadedFile) -> StoredFile:
    try:
        return files.store_image(upload)
    except Invalid as refused:
        raise Invalid({"file": refused.fields["photos"]}) from refused


def _old_office(upload: UploadedFile) -> StoredFile:
    raise _refused(
        _(
            "%(name)s is in the old Office format or locked by a password. Save it as .docx or .xlsx without"
            " one."
        ),
        upload,
    )


def _office(upload: UploadedFile) -> StoredFile:
    content = upload.read()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content_type = _office_type(packed, upload)
            _unpack(packed, upload)
    except BROKEN as fault:
        raise _refused(_("%(name)s is damaged. Please save it anew and send it again."), upload) from fault
    return files.store_content(content, content_type=content_type, suffix=SUFFIXES[content_type])


# What reading a broken archive raises is not a closed set: these are met.
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
# The part by which an Office document shows what it is.
OFFICE_PARTS = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}


def _office_type(packed: zipfile.ZipFile, upload: UploadedFile) -> str:
    """What the document is, by its table of contents alone: nothing is unpacked yet."""
    infos = packed.infolist()
    names = {info.filename.lower() for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise _refused(_("%(name)s is locked by a password. Save it without one."), upload)
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _refused(_("%(name)s unpacks to more than a document should hold."), upload)
    kinds = [kind for part, kind in OFFICE_PARTS.items() if part in names]
    packings = {info.compress_type for info in infos}
    known = packings <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # others are never Office's
    if "[content_types].xml" not in names or len(kinds) != 1 or len(names) != len(infos) or not known:
        raise _refused(_("%(name)s is no Word (.docx) or Excel (.xlsx) document."), upload)
    if any(name.endswith("vbaproject.bin") or "/activex/" in name for name in names):
        raise _refused(_("%(name)s holds macros. Save it without them."), upload)
    return kinds[0]


def _unpack(packed: zipfile.ZipFile, upload: UploadedFile) -> None:
    """Read every part to its end, so that sizes are what they are said to be and checksums hold."""
    left = MOST_UNPACKED
    for info in packed.infolist():
        with packed.open(info) as part:
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _refused(_("%(name)s unpacks to more than a document should hold."), upload)
                if info.filename.lower() == "[content_types].xml" and b"macroEnabled" in chunk:
                    raise _refused(_("%(name)s holds macros. Save it without them."), upload)


@dataclass(frozen=True)
class Sort:
    fits: Callable[[bytes], bool]
    store: Callable[[UploadedFile], StoredFile]


SORTS = (
    Sort(lambda head: head.startswith(b"%PDF-"), _pdf),
    Sort(lambda head: head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")), _photo),
    Sort(lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", _photo),
    Sort(lambda head: head.startswith(b"PK\x03\x04"), _office),
    Sort(lambda head: head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), _old_office),
)


# ---- handing out


def download_name(name: str, stored: StoredFile) -> str:
    """The sender's name with the ending that the content has: ``licence.exe`` that is a PDF is a ``.pdf``."""
    suffix = SUFFIXES.get(stored.content_type, "")
    path = PurePath(name or "document")
    return name if path.suffix.lower() == suffix else f"{path.stem}{suffix}"


def response(stored: StoredFile, *, name: str) -> FileResponse:
    """The bytes for a view that has checked the reader's scope: to be saved; a photo alone is shown.

    Browsers refuse to show a PDF in a sandbox, and outside of one it may run what it holds.
    """
    answer = FileResponse(
        stored.file.open("rb"),
        as_attachment=stored.content_type != "image/jpeg",
        filename=download_name(name, stored),
        content_type=stored.content_type,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"  # what is withdrawn is not handed out again
    return answer
