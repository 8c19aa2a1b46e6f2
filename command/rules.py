"""Where each role begins its day. Pure data."""

from people.models import Role

# A person with several postings begins where the first of these roles does.
HOMES: dict[Role, str] = {
    Role.DISPATCHER: "incidents:desk",
    Role.CHIEF_LEADER: "command:board",
    Role.LEADER: "incidents:index",
    Role.DEPUTY: "incidents:index",
    Role.DEPARTMENT_OFFICER: "incidents:index",
    Role.PATROL_OFFICER: "incidents:index",
    Role.WORKER: "inspections:today",
    Role.ASSESSOR: "assessments:index",
    Role.VIEWER: "assessments:index",
    Role.ADMINISTRATOR: "admin:index",
}
WITHOUT_POSTING = "people:me"


def home_of(roles: set[str]) -> str:
    """The name of the main page of someone who holds these roles."""
    return next((name for role, name in HOMES.items() if role.value in roles), WITHOUT_POSTING)
