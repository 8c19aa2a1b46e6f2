"""The logins of the demo: one person per role, all on one line of the tree, so that the story can be played.

The line is that of 岗李村: its first sub-grid under the village, under 岗李乡, under the district.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "wangge-2026"  # noqa: S105 - shown on the demo's own login page, of no use elsewhere

TOWN = "410173204"
VILLAGE = "410173204200"
SUB_GRID = "41017320420001"


@dataclass(frozen=True)
class Login:
    """One demo login. ``place`` is the code of the grid or unit, ``role`` the posting's."""

    username: str
    role: str
    place: str
    label: str | Promise
    name: str
    does: str | Promise


COMMAND_CENTRE = "U-ZH"
DEPARTMENT = "U-BM1"
PATROL_TEAM = f"U-XC-{TOWN}"
DISTRICT = "410173"

LOGINS: tuple[Login, ...] = (
    Login("worker", "worker", SUB_GRID, _("Grid worker"), "王建军",
          _("inspects sites, reports problems")),
    Login("subgrid", "leader", SUB_GRID, _("Sub-grid leader"), "李海涛",
          _("settles on the spot or reports up")),
    Login("village", "leader", VILLAGE, _("Village leader"), "张德明",
          _("settles or reports up, verifies below")),
    Login("town", "leader", TOWN, _("Town leader"), "刘国强",
          _("settles or reports up, handles, verifies below")),
    Login("chief", "chief_leader", DISTRICT, _("Chief grid leader"), "陈志远",
          _("sees all, does look-backs, reads assessments")),
    Login("dispatcher", "dispatcher", COMMAND_CENTRE, _("Dispatcher"), "赵晓燕",
          _("files, dispatches, verifies and closes")),
    Login("department", "department_officer", DEPARTMENT, _("Department officer"), "孙立新",
          _("handles what is dispatched across")),
    Login("patrol", "patrol_officer", PATROL_TEAM, _("Patrol officer"), "周鹏飞",
          _("inspects, reports, does look-backs")),
    Login("assessor", "assessor", DISTRICT, _("Assessor"), "吴秀英",
          _("runs the half-year and annual assessment")),
    Login("viewer", "viewer", DISTRICT, _("Viewer"), "郑爱华", _("reads, changes nothing")),
    Login("admin", "administrator", DISTRICT, _("Administrator"), "何永强",
          _("tree, people and catalogues in the admin site")),
)  # fmt: skip
