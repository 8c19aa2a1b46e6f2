"""A day that cannot be read comes back as it was typed; what does not come back is said."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from common.forms import DateInput, DateTimeInput


class Days(forms.Form):
    day = forms.DateField(widget=DateInput)
    at = forms.DateTimeField(widget=DateTimeInput, required=False)


class Upload(forms.Form):
    file = forms.FileField()
    name = forms.CharField()


class Login(forms.Form):
    name = forms.CharField()
    one = forms.CharField(widget=forms.PasswordInput)
    two = forms.CharField(widget=forms.PasswordInput)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2026-05-06", 'type="date" name="day" value="2026-05-06"'),
        ("", 'type="date" name="day"'),
        ("2026-02-30", 'type="text" name="day" value="2026-02-30"'),
        ("5月6日", 'type="text" name="day" value="5月6日"'),
    ],
)
def test_what_a_calendar_cannot_show_stands_in_a_plain_field(typed: str, shown: str) -> None:
    assert shown in str(Days({"day": typed})["day"])


def test_a_moment_likewise() -> None:
    assert 'type="datetime-local"' in str(Days({"at": "2026-05-06T14:30"})["at"])
    assert 'type="text" name="at" value="morgen"' in str(Days({"at": "morgen"})["at"])


def said(form: Any, **more: Any) -> str:
    with translation.override("en"):
        return render_to_string("components/form_errors.html", {"form": form} | more)


def test_files_and_passwords_are_said_to_be_given_again() -> None:
    assert "chosen again" in said(Upload({}))
    assert "chosen again" not in said(Upload({}), files_kept=True)
    assert said(Login({})).count("typed again") == 1
    refused = Login({"name": "a", "one": "b", "two": "c"})
    refused.add_error(None, "Name or password is wrong.")  # nothing is promised, so nothing is taken back
    assert "typed again" not in said(refused)
    assert "again" not in said(Days({}))
