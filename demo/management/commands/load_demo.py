"""Load the demo district and its past twelve months."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.loader import NotEmpty, load


def day(text: str) -> date:
    return date.fromisoformat(text)


class Command(BaseCommand):
    help = (
        "Loads the demo district as of a date. The same date gives the same rows; run again, nothing changes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=day, default=None, metavar="YYYY-MM-DD", help="default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        today: date = options["today"] or timezone.localdate()
        try:
            done = load(today, self.stdout.write)
        except NotEmpty as error:
            raise CommandError(
                "The database already holds grids or people that are not the demo's."
            ) from error
        self.stdout.write(
            f"The demo district is loaded as of {today}."
            if done
            else "The demo is already loaded; nothing changed."
        )
