"""What the shared templates promise, seen from outside."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from common.forms import PhotosField

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
SPRITE = Path(settings.BASE_DIR, "static/img/icons.svg").read_text("utf-8")


class VisitForm(forms.Form):
    note = forms.CharField(label="情况说明", help_text="写明看到了什么")
    covered = forms.ChoiceField(
        label="是否覆盖", choices=[("y", "是"), ("n", "否")], widget=forms.RadioSelect
    )
    photos = PhotosField(label="照片", limit=2)


def field(name: str, form: forms.Form) -> str:
    return render_to_string("components/field.html", {"field": form[name]})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<[^>]*\s(style|on[a-z]+|hx-on[^=]*)\s*=", text)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_sign_a_template_names_is_drawn(path: Path) -> None:
    for name in re.findall(r'{% icon "([\w-]+)"', path.read_text("utf-8")):
        assert f'id="{name}"' in SPRITE


def test_an_error_stands_beside_its_field_and_is_tied_to_it() -> None:
    with translation.override("zh-hans"):
        html = field("note", VisitForm({"note": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_note_helptext id_note_error"' in html
    assert 'id="id_note_helptext"' in html
    assert re.search(r'id="id_note_error".*字段是必填项', html, re.S)


def test_choices_stand_in_a_fieldset_with_its_legend() -> None:
    html = field("covered", VisitForm())
    assert "<fieldset" in html
    assert re.search(r"<legend[^>]*>是否覆盖", html)


def test_several_photos_come_as_a_list() -> None:
    files: Any = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(2)]
    form = VisitForm({"note": "x", "covered": "y"}, MultiValueDict({"photos": files}))
    assert form.is_valid(), form.errors
    assert [file.name for file in form.cleaned_data["photos"]] == ["0.jpg", "1.jpg"]


@pytest.mark.parametrize(("count", "words"), [(0, "至少添加一张"), (3, "最多选择 2 张")])
def test_too_few_or_too_many_photos_are_refused(count: int, words: str) -> None:
    files: Any = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(count)]
    with translation.override("zh-hans"):
        form = VisitForm({"note": "x", "covered": "y"}, MultiValueDict({"photos": files}))
        assert words in form.errors["photos"][0]


@pytest.mark.parametrize("name", ["404.html", "403.html", "500.html", "403_csrf.html"])
def test_an_error_page_needs_neither_request_nor_database(name: str) -> None:
    html = render_to_string(name)
    assert 'href="/"' in html
