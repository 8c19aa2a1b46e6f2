"""QR labels of sites: sheets of A4 to print, cut and hang up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import pdf
from grids.models import Grid

# One of the eight patterns, all of which read: choosing the best of them takes most of the time.
MASK = 3
QUIET = 2  # modules of white around the code; the label's own margin adds the rest of the four


@dataclass(frozen=True)
class Format:
    """How many labels stand on a sheet."""

    columns: int
    rows: int


FORMATS = {"large": Format(2, 5), "small": Format(3, 8)}


def sheet(sites: Iterable[Grid], *, district: str, address: Callable[[str], str], form: Format) -> bytes:
    """The sheets for sites (sub-grids loaded); ``address`` gives what a code is scanned to."""
    return pdf.render(
        "grids/labels.typ",
        {
            "title": _("Labels of sites"),
            "lang": "en" if (get_language() or "").startswith("en") else "zh",
            "hint": _("Scan to open the dossier"),
            "columns": form.columns,
            "rows": form.rows,
            "labels": [
                {
                    "name": site.name,
                    "code": site.code,
                    "place": site.parent.name if site.parent else "",
                    "district": district,
                    "code_picture": picture(address(site.code)),
                }
                for site in sites
            ],
        },
    )


def picture(address: str) -> str:
    """The QR code of an address as SVG; a seventh of it may be dirty and it still reads."""
    output = io.BytesIO()
    code = segno.make_qr(address, error="m", boost_error=False, mask=MASK)
    code.save(output, kind="svg", border=QUIET, xmldecl=False, svgclass=None, lineclass=None)
    return output.getvalue().decode()
