"""No page may show a text that has no Chinese."""

import re

import pytest

from tools import catalogues

CHINESE = re.compile(r"[\u3400-\u9fff]+")
COMMENTS = re.compile(r"{#.*?#}|{% comment .*?{% endcomment %}", re.DOTALL)
LANGUAGE_NAMES = {"中文", "简体中文"}  # a language is named in itself, whatever the page's language


@pytest.mark.parametrize("room", catalogues.ROOMS)
def test_every_text_of_the_room_has_chinese(room):
    assert catalogues.missing([room]) == []


def test_templates_hold_english_only():
    """A Chinese literal in a template would stand on the English page too."""
    found = {}
    for path in (catalogues.BASE / "templates").rglob("*.html"):
        words = set(CHINESE.findall(COMMENTS.sub("", path.read_text("utf-8")))) - LANGUAGE_NAMES
        if words:
            found[str(path.relative_to(catalogues.BASE))] = words
    assert found == {}


def test_extraction_finds_each_kind_of_text(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        '<p>{% translate "Plain" %}</p>\n'
        '    {% translate "May" context "month" %}\n'
        "  {% blocktranslate trimmed with n=x %}\n   Hello\n     {{ n }}\n  {% endblocktranslate %}\n"
        "{% blocktranslate count n=n %}one{% plural %}many {{ n }}{% endblocktranslate %}\n"
        '{{ x|default:_("Nothing") }}\n'
    )
    found = catalogues.extract("python", catalogues.as_python(template), catalogues.KEYWORDS)
    assert [(text, context) for _line, text, _comments, context in found] == [
        ("Plain", None),
        ("May", "month"),
        ("Hello %(n)s", None),
        (("one", "many %(n)s"), None),
        ("Nothing", None),
    ]
