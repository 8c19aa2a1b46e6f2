"""``manage.py score 2026H1``: one assessment in the foreground, to read and to compare databases by."""

from argparse import ArgumentParser
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments import actions, defaults, queries, rules
from assessments.models import Run, RunState
from common.errors import DomainError


class Command(BaseCommand):
    help = "Assess a period (2026H1, 2026H2, 2026) and print one line per assessed level, then the digest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", help="2026H1, 2026H2 or 2026")
        parser.add_argument(
            "--cutoff",
            metavar="DATE",
            help="count data before this day (YYYY-MM-DD); default: the period's end, or today if earlier",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if queries.scheme_in_use() is None:
            defaults.install()
            self.stdout.write("no scheme was in use: installed the default one")
        try:
            run = actions.request_run(period=options["period"], by=None, cutoff=_day(options["cutoff"]))
            run = actions.execute(run.pk, say=self.stdout.write)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if run.state != RunState.DONE:
            raise CommandError(f"the run ended as {run.state}")
        self._report(run)

    def _report(self, run: Run) -> None:
        self.stdout.write(f"period {run.period}, data before {run.cutoff.astimezone(rules.ZONE).isoformat()}")
        for level in rules.LEVELS:
            everyone = list(run.results.filter(level=level).values_list("score", flat=True))
            scores = [score for score in everyone if score is not None]
            if scores:
                mean = rules.half_up(sum(scores, Decimal(0)) / len(scores))
                spread = f"mean {mean}, best {max(scores)}, worst {min(scores)}"
            else:
                spread = "nothing to score"
            self.stdout.write(f"level {level}: {len(everyone)} grids, {len(scores)} scored, {spread}")
        self.stdout.write(f"digest: {run.digest}")


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=rules.ZONE)
    except ValueError:
        raise CommandError(f"--cutoff {text}: not a day such as 2026-06-30") from None
