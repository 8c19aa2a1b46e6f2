"""Documents for print: Typst templates filled with data, Chinese fonts from a package.

A template lies in ``templates/ROOM/NAME.typ``, and reads ``#let data = json(bytes(sys.inputs.data))``.
Data goes in as JSON, never spliced into the markup, so that no name can be read as a command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import noto_cjk_sans_otc
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

FONTS = Path(str(noto_cjk_sans_otc.__file__)).parent
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a template (``grids/labels.typ``) with its data, which is to be JSON."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    made = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": text},
        format="pdf",
    )
    return bytes(made)
