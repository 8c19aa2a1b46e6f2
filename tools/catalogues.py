"""The Chinese catalogues, one per room, without gettext.

    python tools/catalogues.py compile            .mo beside each .po that is newer
    python tools/catalogues.py update ROOM …      takes the room's texts into its .po, keeps translations
    python tools/catalogues.py missing [ROOM …]   lists what is wrong; exit 1 if anything is

A room's texts are those of its Python and of templates/ROOM; `common` also has config/ and every other
template. Msgids are plain English, so English needs no catalogue.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
ROOMS = ["common", "ledgers", "grids", "people", "incidents", "inspections", "assessments", "command", "demo"]
LOCALE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "words": None,
    "plural_words": (1, 2),
}
COMMENT_TAGS = ["Translators:"]
# Dates and tool versions change without the texts changing; they stay out of the files.
VOLATILE = re.compile(
    r'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Generated-By|'
    r"Last-Translator|Language-Team): .*\n",
    re.M,
)

# A comma, colon, question mark … of the Latin width after a Chinese character.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”][,:;?!]")

type_of_key = tuple[str | None, str]


def po_path(room: str) -> Path:
    return BASE / "locale" / room / LOCALE / "LC_MESSAGES" / "django.po"


def python_files(room: str) -> Iterator[Path]:
    for folder in [room, "config"] if room == "common" else [room]:
        yield from (path for path in sorted((BASE / folder).rglob("*.py")) if "migrations" not in path.parts)


def template_files(room: str) -> Iterator[Path]:
    root = BASE / "templates"
    for path in sorted([*root.rglob("*.html"), *root.rglob("*.txt")]):
        folder = path.relative_to(root).parts[0]
        if folder == room or (room == "common" and folder not in ROOMS):
            yield path
    yield from sorted((BASE / room).glob("templates/**/*.html"))


def as_python(template: Path) -> io.BytesIO:
    """The template with all but its texts blanked out, in a form the extractor of Python can read."""
    lines = templatize(template.read_text("utf-8"), origin=str(template)).splitlines()
    return io.BytesIO("\n".join(line.lstrip() for line in lines).encode())


def extracted(room: str) -> Catalog:
    """Every text the room shows, untranslated."""
    catalog = Catalog(charset="utf-8")
    for path in python_files(room):
        with path.open("rb") as source:
            found = list(extract("python", source, KEYWORDS, COMMENT_TAGS, strip_comment_tags=True))
        add(catalog, path, found)
    for path in template_files(room):
        add(
            catalog, path, extract("python", as_python(path), KEYWORDS, COMMENT_TAGS, strip_comment_tags=True)
        )
    return catalog


def add(catalog: Catalog, path: Path, found: Iterable[tuple[Any, ...]]) -> None:
    name = path.relative_to(BASE).as_posix()
    for line, text, comments, context in found:
        catalog.add(text, None, [(name, line)], auto_comments=comments, context=context)


def kept(room: str) -> Catalog:
    """The room's catalogue as it stands in the repository; an empty one if it has none yet."""
    path = po_path(room)
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update(room: str) -> int:
    """Brings the room's .po up to date and says how many of its texts lack a translation."""
    catalog = kept(room)
    catalog.update(extracted(room), no_fuzzy_matching=True, update_header_comment=False)
    catalog.header_comment = f"# {room}: Simplified Chinese"
    catalog.fuzzy = False
    output = io.BytesIO()
    write_po(output, catalog, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    po_path(room).parent.mkdir(parents=True, exist_ok=True)
    po_path(room).write_text(VOLATILE.sub("", output.getvalue().decode()), "utf-8")
    return sum(1 for message in texts(catalog) if not is_translated(message))


def compile_room(room: str) -> None:
    source = po_path(room)
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return
    with source.open("rb") as file:
        catalog = read_po(file, locale=LOCALE)
    draft = target.with_suffix(".mo.draft")
    with draft.open("wb") as file:
        write_mo(file, catalog)
    draft.replace(target)


def texts(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def key(message: Message) -> type_of_key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def is_translated(message: Message) -> bool:
    found = strings(message)
    return bool(found) and all(found) and not message.fuzzy


def missing(rooms: Iterable[str]) -> list[str]:
    """A line for each text without Chinese, doubtful, with wrong placeholders, with marks of the Latin width,
    or translated in two ways."""
    catalogues = {room: kept(room) for room in ROOMS}
    seen: dict[type_of_key, tuple[str, object]] = {}
    problems = []
    for room, catalog in catalogues.items():
        for message in texts(catalog):
            if message.fuzzy:
                problems.append(f"{room}: fuzzy: {message.id!r}")
            if not is_translated(message):
                continue
            problems += [f"{room}: {error}: {message.id!r}" for error in message.check(catalog)]
            if any(HALF_WIDTH.search(string) for string in strings(message)):
                problems.append(f"{room}: marks of half the width: {message.string!r}")
            other, string = seen.setdefault(key(message), (room, message.string))
            if string != message.string:
                problems.append(
                    f"{room}: {message.id!r} is {message.string!r} here and {string!r} in {other}; "
                    "use one, or tell them apart by a context"
                )
    for room in rooms:
        for message in texts(extracted(room)):
            if key(message) not in seen:
                where = ", ".join(sorted({name for name, _line in message.locations}))
                problems.append(f"{room}: no Chinese for {message.id!r} ({where})")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=["compile", "update", "missing"])
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], metavar="ROOM")
    options = parser.parse_args()
    rooms: list[str] = options.rooms or ROOMS
    if options.command == "compile":
        for room in rooms:
            compile_room(room)
        return 0
    if options.command == "update":
        for room in rooms:
            print(f"{room}: {update(room)} to translate")
        return 0
    problems = missing(rooms)
    print("\n".join(problems) or "Nothing is missing.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
