"""Labels to print: A4, every site once, and the code on the paper is the code of the site's address."""

import io

import pytest
import segno
import typst
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from common import pdf
from grids import actions, labels
from grids.models import Grid, Naming
from tests import factories
from tests.factories import OPENED, Cast, Places


def sheets(client: Client, grid: Grid, **query: str) -> PdfReader:
    answer = client.get(reverse("grids:labels", args=[grid.pk]), query)
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def test_every_open_site_below_has_one_label(client: Client, places: Places, cast: Cast) -> None:
    gone = factories.site("gone", "拆除厂", parent=places.subgrid)
    actions.close_site(gone.pk, by=cast.chief, reason="拆除")
    client.force_login(cast.viewer)
    (page,) = sheets(client, places.town).pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [
        210,
        297,
    ]
    text = page.extract_text().replace("\u200b", "").replace(" ", "")
    for site in (places.site, places.sibling_site):
        assert text.count(site.name) == 1
        assert text.count(site.code) == 1
    assert places.subgrid.name in text
    assert places.district.name in text
    assert places.other_site.name not in text
    assert gone.name not in text


@pytest.mark.parametrize(("size", "pages"), [("large", 3), ("small", 1)])
def test_as_many_stand_on_a_sheet_as_fit(
    client: Client, places: Places, cast: Cast, size: str, pages: int
) -> None:
    for n in range(20):
        factories.site(f"s{n}", f"厂{n}", parent=places.subgrid)
    client.force_login(cast.leader)
    assert len(sheets(client, places.subgrid, size=size).pages) == pages


def test_some_can_be_chosen(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.viewer)
    ids = f"{places.sibling_site.pk},{places.other_site.pk},x,²"
    text = sheets(client, places.town, ids=ids).pages[0].extract_text()
    assert places.sibling_site.name in text
    assert places.site.name not in text
    assert places.other_site.name not in text  # it lies below another town


def test_without_a_site_there_is_no_sheet(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.viewer)
    empty = factories.grid("g9", "新网格", parent=places.village)
    answer = client.get(reverse("grids:labels", args=[empty.pk]))
    assert answer.headers["Location"] == reverse("grids:detail", args=[empty.pk])
    assert client.get(reverse("grids:labels", args=[places.town.pk]), {"size": "x"}).status_code == 404


def drawn(content: str, size: int, scale: int = 8) -> list[list[bool]]:
    """The modules of a code as they come out on paper, read from the middle of each."""
    source = f"#set page(width: {size}pt, height: {size}pt, margin: 0pt)\n"
    source += f"#image(bytes(sys.inputs.svg), width: {size}pt)"
    made = typst.compile(source.encode(), sys_inputs={"svg": content}, format="png", ppi=72 * scale)
    picture = Image.open(io.BytesIO(bytes(made))).convert("L")
    middle = scale // 2
    return [
        [picture.getpixel((x * scale + middle, y * scale + middle)) < 128 for x in range(size)]  # type: ignore[operator]
        for y in range(size)
    ]


@pytest.mark.parametrize("code", ["410173001201-01-001", "代码 1", "x" * 32])
def test_the_code_on_paper_is_that_of_the_address(code: str) -> None:
    address = "https://wangge.example.gov.cn" + reverse("grids:label", args=[code])
    matrix = segno.make_qr(address, error="m", boost_error=False, mask=labels.MASK).matrix
    size = len(matrix) + 2 * labels.QUIET
    white = [[False] * size] * labels.QUIET
    side = [False] * labels.QUIET
    assert drawn(labels.picture(address), size) == [
        *white,
        *([*side, *(bool(module) for module in row), *side] for row in matrix),
        *white,
    ]


def test_the_address_on_the_labels_is_absolute(
    client: Client, places: Places, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def picture(address: str) -> str:
        seen.append(address)
        return "<svg/>"

    monkeypatch.setattr(labels, "picture", picture)
    monkeypatch.setattr(pdf, "render", lambda template, data: b"%PDF-")
    client.force_login(cast.viewer)
    client.get(reverse("grids:labels", args=[places.site.pk]))
    assert seen == [f"http://testserver/grids/label/{places.site.code}/"]


def test_a_label_scanned_opens_the_site(client: Client, places: Places, cast: Cast) -> None:
    label = reverse("grids:label", args=[places.site.code])
    answer = client.get(label)
    assert answer.headers["Location"].startswith(reverse("login"))
    assert label in answer.headers["Location"]
    client.force_login(cast.patrol)
    assert client.get(label).headers["Location"] == reverse("grids:detail", args=[places.site.pk])
    client.force_login(cast.sibling)
    assert client.get(label).status_code == 404
    assert client.get(reverse("grids:label", args=["nobody"])).status_code == 404
    client.force_login(cast.chief)
    assert client.get(reverse("grids:label", args=[places.subgrid.code])).status_code == 404


def test_a_label_with_a_former_code_still_opens_the_site(client: Client, places: Places, cast: Cast) -> None:
    Naming.objects.filter(grid=places.site).update(code="old/1", valid_to=None)
    client.force_login(cast.worker)
    answer = client.get("/grids/label/old/1/")
    assert answer.headers["Location"] == reverse("grids:detail", args=[places.site.pk])


def test_names_of_any_length_leave_the_sheet_whole(places: Places) -> None:
    for name in ("长" * 120, "W" * 120, "Environmental Construction " * 4, "#panic() $x$ [y]"):
        for form in labels.FORMATS.values():
            places.site.name = name
            content = labels.sheet([places.site] * 3, district="区" * 120, address=str, form=form)
            assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_labels_take_few_queries(
    client: Client, places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    for n in range(12):
        factories.site(f"s{n}", f"厂{n}", parent=places.subgrid, opened_on=OPENED)
    client.force_login(cast.viewer)
    with django_assert_max_num_queries(10):
        client.get(reverse("grids:labels", args=[places.district.pk]))


def test_more_labels_than_a_file_should_hold_are_asked_for_town_by_town(
    client: Client, places: Places, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grids.views.labels.MOST_PRINTED", 1)
    client.force_login(cast.viewer)
    answer = client.get(reverse("grids:labels", args=[places.town.pk]), follow=True)
    assert [name for name, _status in answer.redirect_chain] == [
        reverse("grids:detail", args=[places.town.pk])
    ]
    assert "2张标签" in str(next(iter(answer.context["messages"])))
