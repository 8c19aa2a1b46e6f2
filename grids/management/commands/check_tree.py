"""Prove that the tree and its history are sound."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.check import damages
from grids.models import Grid


class Command(BaseCommand):
    help = (
        "Checks that mptt fields, parent links and lineage agree and that lineage has neither gap nor"
        " overlap. Prints the code of every grid at fault; exit 1 if there is any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = damages()
        for damage in found:
            self.stdout.write(str(damage))
        if found:
            raise CommandError(f"{len({damage.code for damage in found})} grids are at fault.")
        self.stdout.write(f"{Grid.objects.count()} grids: sound.")
