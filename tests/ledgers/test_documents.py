"""A document is judged by its content, kept once, and handed out so that nothing in it can run."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from common import workbooks
from common.errors import Invalid
from ledgers import documents
from ledgers.models import StoredFile

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPES = "[Content_Types].xml"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def packed(parts: dict[str, bytes], **options: Any) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def word(**more: bytes) -> bytes:
    return packed({TYPES: b"<Types/>", "word/document.xml": b"<document/>", **more})


def picture(kind: str) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (40, 20), "green").save(output, kind)
    return output.getvalue()


def locked(content: bytes) -> bytes:
    """The same archive with the mark of encryption on each part, in both of its tables."""
    found = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.find(mark)
        while at >= 0:
            found[at + offset] |= 1
            at = found.find(mark, at + 4)
    return bytes(found)


def broken(content: bytes) -> bytes:
    found = bytearray(content)
    found[content.index(b"word/document.xml") + 20] ^= 0xFF
    return bytes(found)


@pytest.mark.parametrize(
    ("name", "make", "content_type", "suffix"),
    [
        ("排污许可证.pdf", lambda: PDF, "application/pdf", ".pdf"),
        ("scan.png", lambda: picture("PNG"), "image/jpeg", ".jpg"),
        ("scan.webp", lambda: picture("WEBP"), "image/jpeg", ".jpg"),
        ("scan.jpg", lambda: picture("JPEG"), "image/jpeg", ".jpg"),
        ("report.docx", word, documents.OFFICE + "wordprocessingml.document", ".docx"),
        ("list.xlsx", lambda: workbooks.write([]), documents.OFFICE + "spreadsheetml.sheet", ".xlsx"),
    ],
)
def test_what_offices_file_is_kept(
    name: str, make: Callable[[], bytes], content_type: str, suffix: str
) -> None:
    stored = documents.store_document(upload(name, make()))
    assert stored.content_type == content_type
    assert str(stored.file.name).endswith(suffix)
    assert documents.store_document(upload("again", make())) == stored


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a drawing that can run scripts": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "PDF"),
    "a page named .pdf": (lambda: b"<html><script>alert(1)</script>", "PDF"),
    "a program": (lambda: b"MZ\x90\x00" + b"\0" * 100, "PDF"),
    "a program behind a PDF's name": (lambda: b"\x7fELF" + PDF, "PDF"),
    "a cut PDF": (lambda: PDF[:20], "end"),
    "nothing": (lambda: b"", "empty"),
    "too much": (lambda: b"%PDF-" + b"\0" * documents.MOST_BYTES, "20 MB"),
    "a cut photo": (lambda: picture("JPEG")[:200], "photo"),
    "an archive": (lambda: packed({"a.txt": b"x"}), "Word"),
    "an archive that calls itself both": (
        lambda: packed({TYPES: b"", "word/document.xml": b"", "xl/workbook.xml": b""}),
        "Word",
    ),
    "a locked archive": (lambda: locked(word()), "password"),
    "a locked or old document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "password"),
    "macros": (lambda: word(**{"word/vbaProject.bin": b"x"}), "macros"),
    "controls": (lambda: word(**{"word/activeX/activeX1.bin": b"x"}), "macros"),
    "macros by type": (
        lambda: packed({TYPES: b"application/vnd.ms-word.document.macroEnabled", "word/document.xml": b""}),
        "macros",
    ),
    "a bomb": (lambda: word(bomb=b"\0" * (documents.MOST_UNPACKED + 1)), "unpacks"),
    "very many parts": (
        lambda: word(**{f"p{n}": b"" for n in range(documents.MOST_PARTS)}),
        "unpacks",
    ),
    "a broken archive": (lambda: broken(word()), "damaged"),
    "a cut archive": (lambda: word()[:-30], "damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_do_harm_is_refused_with_words(what: str) -> None:
    make, word_of_it = REFUSED[what]
    with translation.override("en"), pytest.raises(Invalid) as refused:
        documents.store_document(upload("licence.pdf", make()))
    assert word_of_it in refused.value.fields["file"]
    assert "licence.pdf" in refused.value.fields["file"]
    assert not StoredFile.objects.exists()


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(word(bomb=b"\0" * 5_000_000))
    size = (5_000_000).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (10).to_bytes(4, "little")
    with translation.override("en"), pytest.raises(Invalid, match="damaged"):
        documents.store_document(upload("a.docx", bytes(content)))


def test_it_is_handed_out_to_be_saved_under_an_honest_name() -> None:
    answer = documents.response(documents.store_document(upload("x", PDF)), name="证照.exe")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "%E8%AF%81%E7%85%A7.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] == "application/pdf"
    b"".join(answer)


def test_a_photo_is_shown_in_a_sandbox() -> None:
    answer = documents.response(documents.store_document(upload("a.png", picture("PNG"))), name="a.png")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "a.jpg" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    b"".join(answer)
