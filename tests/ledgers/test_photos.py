"""A photo is judged by its content, stripped, kept once, and served so that it cannot run."""

import io
from collections.abc import Callable

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.errors import Invalid
from ledgers import files
from ledgers.forms import PhotosField
from ledgers.models import StoredFile

pytestmark = pytest.mark.django_db


def photo(name: str = "a.jpg", *, size: tuple[int, int] = (40, 20), kind: str = "JPEG", **options: object):
    output = io.BytesIO()
    Image.new("RGB", size, "green").save(output, kind, **options)
    return SimpleUploadedFile(name, output.getvalue(), "image/jpeg")


def test_the_place_and_the_comment_of_a_photo_are_not_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    stored = files.store_image(photo(exif=exif, comment=b"secret"))
    with Image.open(stored.file.open("rb")) as kept:
        assert kept.format == "JPEG"
        assert kept.size == (20, 40)
        assert not kept.getexif()
        assert "comment" not in kept.info
    assert (stored.width, stored.height) == (20, 40)


def test_the_same_photo_is_kept_once() -> None:
    assert files.store_image(photo("a.jpg")) == files.store_image(photo("b.jpg"))
    assert StoredFile.objects.count() == 1


def test_a_large_photo_is_made_smaller() -> None:
    stored = files.store_image(photo(size=(4000, 1000), kind="PNG"))
    assert (stored.width, stored.height) == (2560, 640)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SimpleUploadedFile("page.jpg", b"<html><script>", "image/jpeg"), "page.jpg"),
        (lambda: SimpleUploadedFile("cut.jpg", photo(size=(400, 400)).read()[:400], "image/jpeg"), "cut.jpg"),
        (lambda: SimpleUploadedFile("big.jpg", b"\0" * (files.MOST_BYTES + 1), "image/jpeg"), "10 MB"),
        (lambda: photo("wide.png", size=(8000, 5001), kind="PNG"), "wide.png"),
        (lambda: photo("animated.gif", kind="GIF"), "animated.gif"),
    ],
)
def test_what_is_no_photo_is_refused_beside_its_field(
    make: Callable[[], SimpleUploadedFile], words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        files.store_image(make())
    assert words in refused.value.fields["photos"]
    with pytest.raises(forms.ValidationError):
        PhotosField().clean([make()])
    assert not StoredFile.objects.exists()


def test_a_checked_photo_can_still_be_stored() -> None:
    (upload,) = PhotosField().clean([photo()])
    assert files.store_image(upload).size > 0


def test_the_answer_is_private_and_never_guessed_at() -> None:
    answer = files.response(files.store_image(photo()))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Disposition"].startswith("inline")
