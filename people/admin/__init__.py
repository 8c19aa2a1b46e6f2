"""People, units and postings in the admin site: written by the room's actions, never deleted."""

from people.admin import duties, persons, postings, units

__all__ = ["duties", "persons", "postings", "units"]
