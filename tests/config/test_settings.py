"""What an installation promises before any room has its say."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from config.local_key import kept_key
from config.middleware import LanguageMiddleware

BASE = Path(__file__).resolve().parent.parent.parent
PRINTED = ("DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "TILE_URL")


def settings_with(**environment: str) -> subprocess.CompletedProcess[str]:
    """Loads the real settings in a process that has only these variables, and prints some of them."""
    code = (
        "from config import settings\n"
        f"for name in {PRINTED}: print(name, getattr(settings, name))\n"
        "print('CSP', settings.CONTENT_SECURITY_POLICY['DIRECTIVES'])\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=BASE,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_refuses_to_serve_without_a_secret_key():
    answer = settings_with()
    assert answer.returncode != 0
    assert "SECRET_KEY is not set" in answer.stderr


def test_with_a_key_the_defaults_are_the_safe_ones():
    out = settings_with(SECRET_KEY="k" * 60).stdout
    assert "DEBUG False" in out
    assert "ALLOWED_HOSTS ['localhost', '127.0.0.1', '[::1]']" in out
    assert "SESSION_COOKIE_SECURE True" in out
    assert "SECURE_SSL_REDIRECT True" in out
    assert "TILE_URL \n" in out


@pytest.mark.parametrize(
    ("tile_url", "origin"),
    [
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://{s}.example.org:8443/{z}/{x}/{y}.png", "https://*.example.org:8443"),
    ],
)
def test_only_the_tile_server_named_may_give_images(tile_url, origin):
    out = settings_with(SECRET_KEY="k" * 60, TILE_URL=tile_url).stdout
    assert f"'img-src': [\"'self'\", 'data:', 'blob:', '{origin}']" in out


def test_the_policy_allows_nothing_inline():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    sources = [source for values in directives.values() for source in values]
    assert not [source for source in sources if "unsafe" in source or source == "*"]
    assert directives["frame-ancestors"] == ["'none'"]


def test_a_kept_key_is_made_once_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "var" / "secret_key"
    key = kept_key(path)
    assert len(key) > 50
    assert kept_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def language_for(**headers: str) -> tuple[str, HttpResponse]:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(translation.get_language() or "")
        return HttpResponse()

    request = RequestFactory().get("/", headers=headers)
    response = LanguageMiddleware(view)(request)
    return seen[0], response


def test_chinese_is_spoken_whatever_the_browser_accepts():
    language, response = language_for(accept_language="en-GB,en;q=0.9")
    assert language == "zh-hans"
    assert response.headers["Content-Language"] == "zh-hans"
    assert "Cookie" in response.headers["Vary"]


def test_english_is_spoken_to_who_chose_it():
    assert language_for(cookie="django_language=en")[0] == "en"


def test_a_language_not_offered_is_ignored():
    assert language_for(cookie="django_language=fr")[0] == "zh-hans"
