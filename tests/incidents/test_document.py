from pathlib import Path

from django.conf import settings

from incidents.management.commands.draw_workflow import document


def test_the_drawn_workflow_is_current():
    drawn = Path(settings.BASE_DIR) / "docs" / "incident-workflow.md"
    assert drawn.read_text("utf-8") == document(), "run manage.py draw_workflow"
