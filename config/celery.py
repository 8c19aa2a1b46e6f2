"""The Celery app. Tasks live in each app's tasks.py; the times at which beat starts them stand here."""

from typing import Any

from celery import Celery

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# name → {"task": dotted path, "schedule": seconds or celery.schedules.crontab}
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Soon after midnight, when a day of effect begins; again and again, should nobody have been there then.
    "restructuring plans": {"task": "grids.tasks.apply_due_plans", "schedule": 300.0},
}
app.conf.beat_schedule = BEAT_SCHEDULE
