"""Documents hang on a dossier, are taken off it without being lost, and every act has its entry."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Invalid, NotAllowed
from grids import actions
from grids.models import SiteDocument
from ledgers.models import Entry, StoredFile
from tests.factories import Cast, Places, picture
from tests.grids.dossiers.build import PDF


def pdf(name: str = "排污许可证.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def test_a_document_is_attached_under_its_title(places: Places, cast: Cast) -> None:
    document = actions.attach_document(places.site.pk, pdf(), " 排污 许可证 ", by=cast.worker)
    assert (document.title, document.name, document.by) == ("排污 许可证", "排污许可证.pdf", cast.worker)
    entry = Entry.objects.get()
    assert (entry.action, document.file.sha256 in entry.payload) == ("attach_document", True)


def test_without_a_title_it_goes_by_its_file(places: Places, cast: Cast) -> None:
    assert actions.attach_document(places.site.pk, pdf(), "", by=cast.worker).title == "排污许可证"
    long = actions.attach_document(places.site.pk, picture("长" * 200 + ".jpg"), "", by=cast.worker)
    assert (len(long.title), long.name.endswith(".jpg"), len(long.name) <= 120) == (120, True, True)


def test_the_same_document_hangs_there_once(places: Places, cast: Cast) -> None:
    first = actions.attach_document(places.site.pk, pdf(), "", by=cast.worker)
    with pytest.raises(Invalid) as refused:
        actions.attach_document(places.site.pk, pdf("other.pdf"), "", by=cast.worker)
    assert "file" in refused.value.fields
    actions.withdraw_document(first.pk, by=cast.worker)
    actions.attach_document(places.site.pk, pdf(), "", by=cast.worker)
    assert StoredFile.objects.count() == 1


def test_withdrawn_it_is_kept_and_withdrawing_again_is_nothing(places: Places, cast: Cast) -> None:
    document = actions.attach_document(places.site.pk, pdf(), "", by=cast.worker)
    at = actions.withdraw_document(document.pk, by=cast.leader).withdrawn_at
    assert actions.withdraw_document(document.pk, by=cast.leader).withdrawn_at == at
    assert SiteDocument.objects.get().file.file.read() == PDF
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "attach_document",
        "withdraw_document",
    ]


def test_what_may_not_be_kept_leaves_nothing(places: Places, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.attach_document(
            places.site.pk, SimpleUploadedFile("a.pdf", b"<html>"), "证照", by=cast.worker
        )
    assert "file" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        actions.attach_document(places.site.pk, pdf(), "长" * 121, by=cast.worker)
    assert "title" in refused.value.fields
    assert not SiteDocument.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("who", ["sibling", "patrol", "viewer", "former"])
def test_others_neither_attach_nor_withdraw(places: Places, cast: Cast, who: str) -> None:
    document = actions.attach_document(places.site.pk, pdf(), "", by=cast.worker)
    with pytest.raises(NotAllowed):
        actions.attach_document(places.site.pk, picture(), "", by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.withdraw_document(document.pk, by=getattr(cast, who))
    assert StoredFile.objects.count() == 1
