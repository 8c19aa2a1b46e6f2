#!/usr/bin/env python
"""Django's command line, set up for this project."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "--deploy" not in sys.argv:
        # A command at the prompt serves nobody: it may use the key kept on this machine.
        os.environ.setdefault("ALLOW_LOCAL_KEY", "true")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
