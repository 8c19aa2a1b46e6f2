"""Files kept once by their content: photos are checked, stripped of what they tell, and stored."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from common.errors import Invalid
from ledgers.models import StoredFile

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560  # pixels; enough to read a number plate, small enough for a phone's connection
FORMATS = ("JPEG", "PNG", "WEBP")


def store_image(upload: UploadedFile) -> StoredFile:
    """Keep a photo as an upright JPEG without metadata, once per content.

    Raises ``Invalid({"photos": …})`` for what is no image by its content, over 10 MB or 40 megapixels.
    """
    picture = ImageOps.exif_transpose(check_image(upload)).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info.clear()  # Pillow would write a comment kept here
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=85)
    content = output.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    size = {"width": picture.width, "height": picture.height}
    return _keep(content, sha256, ".jpg", {"content_type": "image/jpeg", **size})


def store_content(content: bytes, *, content_type: str, suffix: str) -> StoredFile:
    """Keep bytes that need no looking into, such as a workbook that was read; once per content.

    ``suffix`` is ours, never the sender's: ``.xlsx``.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    return _keep(content, sha256, suffix, {"content_type": content_type, "width": None, "height": None})


def _keep(content: bytes, sha256: str, suffix: str, fields: dict[str, Any]) -> StoredFile:
    storage = StoredFile._meta.get_field("file").storage
    name = f"files/{sha256[:2]}/{sha256}{suffix}"
    if not storage.exists(name):  # left by a transaction that was rolled back
        name = storage.save(name, ContentFile(content))
    # Another transaction may store the same file meanwhile: the row that came first is taken.
    return StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={"file": name, "size": len(content), "stored_at": timezone.now(), **fields},
    )[0]


def check_image(upload: UploadedFile) -> Image.Image:
    """The decoded picture of an upload. Raises ``Invalid`` as ``store_image`` does."""
    name = {"name": upload.name}
    if upload.size is None or upload.size > MOST_BYTES:
        raise Invalid({"photos": _("%(name)s is larger than 10 MB.") % name})
    try:
        upload.seek(0)
        picture = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.load()
        upload.seek(0)
    except Image.DecompressionBombError:
        raise Invalid({"photos": _("%(name)s has more than 40 megapixels.") % name}) from None
    except (OSError, ValueError, SyntaxError):
        raise Invalid({"photos": _("%(name)s is not a photo in JPEG, PNG or WebP.") % name}) from None
    return picture


def response(stored: StoredFile) -> FileResponse:
    """The bytes of a stored file, for a view that has checked the reader's scope."""
    answer = FileResponse(stored.file.open("rb"), content_type=stored.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"  # named by its content
    return answer
