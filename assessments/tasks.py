from celery import shared_task

from assessments import actions


@shared_task(acks_late=True, reject_on_worker_lost=True)
def execute_run(run_id: int) -> None:
    """Work off one assessment; handed out again if its worker dies, and safe to repeat."""
    actions.execute(run_id)
