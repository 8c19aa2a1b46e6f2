"""Draw docs/incident-workflow.md from the workflow table: ``manage.py draw_workflow``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from incidents.rules import WORKFLOW, Action, Clockwork, Over, Rule, State

OVER = {
    Over.PLACE: "the place",
    Over.HOLDER: "the holder",
    Over.UPPER: "what a lower grid or a unit holds",
    Over.DESK: "the command centre",
    Over.PART: "an open part in joint handling",
}

CLOCK = {
    Clockwork.STARTS: "starts",
    Clockwork.STOPS: "stops",
    Clockwork.EXTENDS: "is extended",
    Clockwork.HOLDS: "is held",
    Clockwork.RUNS_ON: "runs on",
}


class Command(BaseCommand):
    help = "Draws docs/incident-workflow.md from the workflow table."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "incident-workflow.md"
        path.write_text(document(), "utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)} drawn")


def document() -> str:
    """The page in English: a Mermaid diagram, then the table, both from ``rules.WORKFLOW``."""
    with translation.override("en"):
        lines = [
            "# The life of an incident",
            "",
            "Drawn from `incidents/rules.py` by `manage.py draw_workflow`; do not edit by hand.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *(f"    {state.value}: {state.label}" for state in State),
            *(line for rule in WORKFLOW.values() for line in _arrows(rule)),
            "```",
            "",
            "| action | from | to | right, over | needs | clock | not by |",
            "|---|---|---|---|---|---|---|",
            *(_row(rule) for rule in WORKFLOW.values()),
            "",
        ]
    return "\n".join(lines)


def _arrows(rule: Rule) -> list[str]:
    if rule.to is None:
        return []  # the state stays: the table below tells of it, the picture stays readable
    arrows = [f"    {state.value} --> {rule.to.value}: {rule.action.label}" for state in rule.before]
    if rule.action is Action.ESCALATE:
        arrows.append(f"    reported --> to_file: {rule.action.label}, past the town")
    return arrows or [f"    [*] --> {rule.to.value}: {rule.action.label}"]


def _row(rule: Rule) -> str:
    clock = CLOCK[rule.clock] if rule.clock else "—"
    persons = "handler, verifier" if rule.third_person else "handler" if rule.not_handler else "—"
    cells = [
        f"{rule.action.label} (`{rule.action.value}`)",
        ", ".join(str(state.label) for state in rule.before) or "—",
        str(rule.to.label) if rule.to else "the same",
        f"`{rule.right.value}` over {OVER[rule.over]}",
        ", ".join(sorted(rule.needs)) or "—",
        clock,
        persons,
    ]
    return "| " + " | ".join(cells) + " |"
