"""Wiring only: settings, addresses, Celery, the web server's entry points."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
