"""Measurements, each a module that is run by its name: ``python -m benchmarks.locate``."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
