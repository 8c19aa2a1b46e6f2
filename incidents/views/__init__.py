"""Pages of the room: lists, one incident, the dispatcher's desk, a new report."""
