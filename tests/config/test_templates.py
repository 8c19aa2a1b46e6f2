"""Every template compiles, and none has what the Content-Security-Policy forbids."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
COMMENTS = re.compile(r"{#.*?#}|{% comment .*?{% endcomment %}|{% comment %}.*?{% endcomment %}", re.DOTALL)
INLINE = {
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle=", re.I),
    "style element": re.compile(r"<style", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\s(on[a-z]+|hx-on[:a-z-]*)=", re.I),
    "script without src": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", re.I),
    "javascript: address": re.compile(r"[\"']javascript:", re.I),
    "another host": re.compile(r"(src|href)=\"(https?:)?//", re.I),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_template_compiles(name):
    engines["django"].get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_template_has_nothing_inline(name):
    text = COMMENTS.sub("", (ROOT / name).read_text("utf-8"))
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


def test_multi_line_texts_are_trimmed():
    """Otherwise the msgid carries the template's indentation, and changes with it."""
    multi_line = re.compile(r"{% blocktranslate(?![^%]*\btrimmed\b)[^%]*%}[^{]*\n")
    assert [name for name in PAGES if multi_line.search((ROOT / name).read_text("utf-8"))] == []
