"""What the tests of this room need besides the cast: checklists, plans, categories, a photo."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from incidents.actions import install_defaults as install_incident_defaults
from incidents.models import Category
from inspections.actions import install_defaults
from inspections.models import Checklist
from tests.factories import Places


@pytest.fixture
def catalogues(places: Places) -> None:
    install_incident_defaults()
    install_defaults()


@pytest.fixture
def category(catalogues: None) -> Category:
    return Category.objects.filter(parent__isnull=False).order_by("code")[0]


@pytest.fixture
def answers(catalogues: None, places: Places) -> dict[str, str]:
    """Everything in order at the site of the cast."""
    checklist = Checklist.objects.get(site_kind=places.site.site.kind, active=True)
    return {str(question.order): "yes" for question in checklist.questions.all()}


@pytest.fixture
def picture() -> Callable[[str], SimpleUploadedFile]:
    def make(colour: str = "green") -> SimpleUploadedFile:
        data = BytesIO()
        Image.new("RGB", (64, 48), colour).save(data, "JPEG")
        return SimpleUploadedFile("photo.jpg", data.getvalue(), "image/jpeg")

    return make
