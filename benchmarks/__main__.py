"""``python -m benchmarks [--full] [NAME …]``: all benchmarks, or those named; 1 if a bar is missed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks import locate, restructuring, tree
from benchmarks.common import Line, show

BENCHMARKS: dict[str, tuple[str, Callable[..., list[Line]]]] = {
    "locate": ("Which grid a place lies in", locate.run),
    "tree": ("Trees at once", tree.run),
    "restructuring": ("Restructuring the demo district", restructuring.run),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the sizes of the requirement; takes minutes")
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME")
    options = parser.parse_args()
    held = True
    for name in options.names or BENCHMARKS:
        title, run = BENCHMARKS[name]
        held = show(title, run(full=options.full)) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
