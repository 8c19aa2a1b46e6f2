"""Restructuring at the terminal: plan, show, approve, apply, roll back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DomainError
from grids import actions
from grids.models import Grid, Plan, PlanState
from grids.queries import in_scope, plans_visible_to
from grids.restructuring import days
from grids.restructuring.difference import as_text, difference
from grids.restructuring.export import workbook


class Command(BaseCommand):
    help = (
        "Restructures a district by plan and apply. `plan FILE` prints the difference to the tree as it is"
        " and, last, `plan: NUMBER`; it ends with 1 if there are objections. `export FILE` writes the tree as"
        " a workbook to start from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        plan = acts.add_parser("plan", help="make a plan from a workbook")
        plan.add_argument("file", type=Path, metavar="FILE")
        plan.add_argument(
            "--effective", type=day, default=None, metavar="DATE", help="YYYY-MM-DD, default today"
        )
        plan.add_argument("--note", default="", help="the basis of the change, such as a document number")
        export = acts.add_parser("export", help="write the tree as it is as a workbook")
        export.add_argument("file", type=Path, metavar="FILE")
        for act, text in (
            ("show", "print a plan"),
            ("approve", "let it be applied; not by whoever made it"),
            ("apply", "write it into the tree, on its day or later"),
            ("roll-back", "undo it, while nothing has been recorded on its result"),
            ("remake", "plan the same target on the tree as it is now"),
            ("withdraw", "give it up"),
        ):
            one = acts.add_parser(act, help=text)
            one.add_argument("number", type=int, metavar="NUMBER")
        for one in acts.choices.values():
            one.add_argument("--by", required=True, metavar="USER", help="login name of who does it")
            one.add_argument("--district", default="", metavar="CODE", help="needed where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["by"])
        try:
            match options["act"]:
                case "plan":
                    self._plan(by, options)
                case "export":
                    self._export(by, options)
                case act:
                    self._go_on(act, options["number"], by)
        except DomainError as refused:
            raise CommandError(str(refused)) from None

    def _person(self, username: str) -> Any:
        person = get_user_model().objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(_("Nobody has the login name %(name)s.") % {"name": username})
        return person

    def _district(self, by: Any, code: str) -> Grid:
        mine = in_scope(by, "administer").filter(level=1, closed_on__isnull=True)
        found = list(mine.filter(code=code) if code else mine[:2])
        if len(found) != 1:
            raise CommandError(_("Name the district you administer: --district CODE."))
        return found[0]

    def _plan(self, by: Any, options: dict[str, Any]) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(str(fault)) from None
        on = options["effective"] or timezone.localdate()
        try:
            days.check(on)
        except ValidationError as wrong:
            raise CommandError(wrong.message) from None
        plan = actions.plan_workbook(
            content,
            root_id=self._district(by, options["district"]).pk,
            on=on,
            by=by,
            title=options["file"].stem,
            note=options["note"],
        )
        self._show(plan)

    def _export(self, by: Any, options: dict[str, Any]) -> None:
        root = self._district(by, options["district"])
        try:
            options["file"].write_bytes(workbook(root.pk))
        except OSError as fault:
            raise CommandError(
                _("%(file)s cannot be written: %(why)s.") % {"file": options["file"], "why": fault.strerror}
            ) from None
        actions.note_export(root.pk, by=by, what="workbook")
        self.stdout.write(str(options["file"]))

    def _go_on(self, act: str, number: int, by: Any) -> None:
        if not plans_visible_to(by).filter(pk=number).exists():
            raise CommandError(_("There is no plan %(number)s that concerns you.") % {"number": number})
        acts = {
            "approve": actions.approve_plan,
            "apply": actions.apply_plan,
            "roll-back": actions.roll_back_plan,
            "remake": actions.remake_plan,
            "withdraw": actions.withdraw_plan,
        }
        if act != "show":
            number = acts[act](number, by=by).pk
        plan = Plan.objects.select_related("root").get(pk=number)
        if act in ("show", "remake"):
            self._show(plan)
        else:
            self.stdout.write(
                _("Plan %(number)s: %(state)s") % {"number": plan.pk, "state": PlanState(plan.state).label}
            )

    def _show(self, plan: Plan) -> None:
        shown = difference(plan)
        for line in as_text(shown):
            self.stdout.write(line)
        self.stdout.write(f"plan: {plan.pk}")
        if plan.state == PlanState.OBJECTED:
            raise CommandError(
                _("The plan has %(n)s objections and cannot be approved.") % {"n": len(shown.problems)}
            )


def day(text: str) -> date:
    return date.fromisoformat(text)
