"""Write the workbook of the worked example from the demo district as it is loaded."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from demo.restructuring import workbook
from demo.roles import DISTRICT
from grids.models import Grid

FILE = Path(settings.BASE_DIR) / "demo" / "data" / "restructuring-2018.xlsx"


class Command(BaseCommand):
    help = "Writes demo/data/restructuring-2018.xlsx anew, from the demo district as load_demo leaves it."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Grid.objects.filter(code=DISTRICT).first()
        if root is None:
            raise CommandError("Load the demo first: manage.py load_demo")
        with translation.override("zh-hans"):
            FILE.write_bytes(workbook(root.pk))
        self.stdout.write(f"{FILE.relative_to(settings.BASE_DIR)} written")
