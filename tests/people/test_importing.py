"""A workbook of people: shown first, told of every fault at once, done as a whole or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from common.errors import Invalid, NotAllowed
from common.workbooks import NotAWorkbook
from ledgers.models import Entry, StoredFile
from people import actions, exports
from people.models import Posting, Role, User
from tests.factories import OPENED, Cast, Places, person
from tests.people.books import book, kinds, plan, sheets

IMPORT = "admin:people_user_import"


def today() -> date:
    return timezone.localdate()


def do(content: bytes, by: User):
    return actions.import_people(content, by=by, digest=plan(content, by).digest, name="people.xlsx")


def test_people_and_postings_are_entered_at_once(cast: Cast, places: Places, client) -> None:
    content = book(
        [("liwei", "李伟", 13800001111, None), ("wangfang", "王芳", "138 0000 2222", "否")],
        [
            ("liwei", "李伟", "网格员", places.subgrid.code, None, date(2026, 1, 1), None),
            ("liwei", "", "patrol_officer", None, places.team.code, None, None),
        ],
    )
    done = do(content, cast.administrator)
    assert (len(done.new), len(done.posted)) == (2, 2)
    new = User.objects.get(username="liwei")
    assert (new.name, new.phone, new.is_active) == ("李伟", "13800001111", True)
    assert not User.objects.get(username="wangfang").is_active
    assert [(p.role, p.valid_from, p.valid_to) for p in new.postings.order_by("id")] == [
        (Role.WORKER, date(2026, 1, 1), None),
        (Role.PATROL_OFFICER, today(), None),
    ]
    assert new.must_change_password
    assert not new.has_usable_password()
    assert not client.login(username="liwei", password="")


def test_each_has_its_entry_in_its_place_and_the_workbook_is_kept(cast: Cast, places: Places) -> None:
    content = book([("liwei", "李伟", "", "")], [("liwei", "", "worker", places.subgrid.code, "", "", "")])
    do(content, cast.administrator)
    entries = {entry.action: entry for entry in Entry.objects.filter(app="people")}
    assert set(entries) == {"import_people", "create_person", "post"}
    assert entries["post"].grid_id == places.subgrid.pk
    assert entries["post"].posting_id == cast.administrator.postings.get().pk
    assert StoredFile.objects.get().sha256 in entries["import_people"].payload


def test_what_is_not_named_stays_as_it_is(cast: Cast, places: Places) -> None:
    before = set(Posting.objects.values_list("pk", "valid_to"))
    do(book([("worker", "工作员", "", "")]), cast.administrator)
    assert set(Posting.objects.values_list("pk", "valid_to")) == before
    cast.worker.refresh_from_db()
    assert (cast.worker.name, cast.worker.phone, cast.worker.is_active) == ("工作员", "", True)


def test_a_column_that_is_missing_changes_nothing(cast: Cast) -> None:
    phone = cast.worker.phone
    do(book([("worker", "工作员")], heads=("登录名", "姓名")), cast.administrator)
    cast.worker.refresh_from_db()
    assert (cast.worker.name, cast.worker.phone) == ("工作员", phone)


def test_a_last_day_ends_a_posting_the_day_after(cast: Cast, places: Places) -> None:
    posting = cast.leader.postings.get()
    content = book(None, [("leader", "", "leader", places.subgrid.code, "", posting.valid_from, today())])
    found = plan(content, cast.administrator)
    assert [one.posting.pk for one in found.ended] == [posting.pk]
    do(content, cast.administrator)
    posting.refresh_from_db()
    assert posting.valid_to == today() + timedelta(days=1)
    assert Entry.objects.get(action="end_posting").grid_id == places.subgrid.pk
    assert plan(content, cast.administrator).empty


def test_a_row_without_days_that_is_so_already_changes_nothing(cast: Cast, places: Places) -> None:
    found = plan(book(None, [("leader", "", "leader", places.subgrid.code, "", "", "")]), cast.administrator)
    assert (found.empty, found.postings_same, found.problems) == (True, 1, [])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_exported_and_imported_unchanged_changes_nothing(cast: Cast, language: str) -> None:
    cast.viewer.postings.update(valid_to=today() + timedelta(days=30))
    with override(language):
        content = exports.people_workbook(
            User.objects.all(), Posting.objects.select_related("person", "grid", "unit")
        )
    found = plan(content, cast.administrator)
    assert found.problems == []
    assert found.empty
    assert found.people_same == User.objects.count()
    assert found.postings_same == Posting.objects.count()


def test_every_fault_is_told_at_once_with_its_cell(cast: Cast, places: Places) -> None:
    content = book(
        [
            ("", "无名", "", ""),
            ("li wei", "李伟", "", ""),
            ("new1", "", "", "也许"),
            ("new2", "新", "1" * 33, ""),
            ("new3", "新" * 65, "", ""),
            ("new4", "新", "", ""),
            ("NEW4", "新", "", ""),
            ("Worker", "新", "", ""),
            ("administrator", cast.administrator.name, cast.administrator.phone, "否"),
        ],
        [
            ("nobody", "", "worker", places.subgrid.code, "", "", ""),
            ("worker", "他人", "worker", places.subgrid.code, "", "", ""),
            ("new4", "", "boss", places.subgrid.code, "", "", ""),
            ("new4", "", "worker", places.subgrid.code, "team", "", ""),
            ("new4", "", "worker", "", "", "", ""),
            ("new4", "", "worker", "no-such-grid", "", "", ""),
            ("new4", "", "leader", "", "team", "", ""),
            ("new4", "", "administrator", places.town.code, "", "", ""),
            ("new4", "", "worker", places.subgrid.code, "", "2026-02-30", ""),
            ("new4", "", "worker", places.subgrid.code, "", "2026-03-01", "2026-02-01"),
            ("new4", "", "worker", places.subgrid.code, "", "2026-01-01", ""),
            ("new4", "", "worker", places.subgrid.code, "", "2026-02-01", ""),
            ("leader", "", "leader", places.subgrid.code, "", "2025-06-01", ""),
            ("former", "", "leader", places.subgrid.code, "", "2025-01-01", "2026-01-01"),
        ],
    )
    assert kinds(content, cast.administrator) == [
        ("people!A2", "missing"),
        ("people!A3", "bad_username"),
        ("people!B4", "missing"),
        ("people!D4", "bad_choice"),
        ("people!C5", "too_long"),
        ("people!B6", "too_long"),
        ("people!A8", "duplicate"),
        ("people!A9", "duplicate"),
        ("people!D10", "own_account"),
        ("postings!A2", "unknown_person"),
        ("postings!B3", "wrong_person"),
        ("postings!C4", "bad_choice"),
        ("postings!D5", "bad_place"),
        ("postings!D6", "bad_place"),
        ("postings!D7", "not_yours"),
        ("postings!C8", "wrong_role"),
        ("postings!C9", "wrong_role"),
        ("postings!F10", "bad_day"),
        ("postings!G11", "bad_dates"),
        ("postings!A13", "overlap"),
        ("postings!A14", "overlap"),
        ("postings!G15", "ended"),
    ]


def test_nothing_is_done_where_there_is_a_fault(cast: Cast, places: Places) -> None:
    content = book([("liwei", "李伟", "", ""), ("x y", "坏", "", "")])
    people = User.objects.count()
    with pytest.raises(Invalid):
        actions.import_people(content, by=cast.administrator, digest=plan(content, cast.administrator).digest)
    assert User.objects.count() == people
    assert not Entry.objects.filter(app="people").exists()
    assert not StoredFile.objects.exists()


def test_what_is_done_is_what_was_shown(cast: Cast, places: Places) -> None:
    content = book([("worker", "工作员", "", "")])
    shown = plan(content, cast.administrator).digest
    User.objects.filter(pk=cast.worker.pk).update(name="另一个名字")
    with pytest.raises(Invalid):
        actions.import_people(content, by=cast.administrator, digest=shown)
    cast.worker.refresh_from_db()
    assert cast.worker.name == "另一个名字"


def test_a_local_administrator_reaches_no_further_than_elsewhere(cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.town)
    content = book(
        [("chief", "书记", "", ""), ("worker", "工作员", "", "")],
        [
            ("worker", "", "worker", places.village.code, "", "", ""),
            ("worker", "", "worker", places.other_subgrid.code, "", "", ""),
            ("chief", "", "leader", places.town.code, "", "", ""),
            ("officer", "", "department_officer", "", "department", "2025-01-01", "2026-12-31"),
        ],
    )
    assert kinds(content, local) == [
        ("people!A2", "not_yours"),
        ("postings!D3", "not_yours"),
        ("postings!A4", "not_yours"),
        ("postings!E5", "not_yours"),
    ]


def test_each_posting_is_entered_under_the_posting_that_gives_the_right(cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.village)
    second = Posting.objects.create(
        person=local, role=Role.ADMINISTRATOR, grid=places.other_village, valid_from=date(2025, 1, 1)
    )
    content = book(
        [("liwei", "李伟", "", "")],
        [
            ("liwei", "", "worker", places.subgrid.code, "", "", ""),
            ("liwei", "", "worker", places.other_subgrid.code, "", "", ""),
        ],
    )
    do(content, local)
    acted = dict(Entry.objects.filter(action="post").values_list("grid_id", "posting_id"))
    assert acted == {
        places.subgrid.pk: local.postings.exclude(pk=second.pk).get().pk,
        places.other_subgrid.pk: second.pk,
    }


@pytest.mark.parametrize("who", ["chief", "leader", "dispatcher", "former", "viewer"])
def test_only_an_administrator_imports(cast: Cast, who: str) -> None:
    content = book([("liwei", "李伟", "", "")])
    by = getattr(cast, who)
    with pytest.raises(NotAllowed):
        actions.import_people(content, by=by, digest=plan(content, by).digest)
    assert not User.objects.filter(username="liwei").exists()


def test_a_closed_account_gets_no_posting(cast: Cast, places: Places) -> None:
    User.objects.filter(pk=cast.former.pk).update(is_active=False)
    content = book(None, [("former", "", "worker", places.subgrid.code, "", "", "")])
    assert kinds(content, cast.administrator) == [("postings!A2", "closed")]
    content = book(
        [("former", cast.former.name, cast.former.phone, "是")],
        [("former", "", "worker", places.subgrid.code, "", "", "")],
    )
    assert kinds(content, cast.administrator) == []


def test_a_posting_does_not_begin_before_its_place_was_opened(cast: Cast, places: Places) -> None:
    for code, unit in ((places.subgrid.code, None), (None, places.team.code)):
        role = "worker" if code else "patrol_officer"
        early = book(None, [("officer", "", role, code, unit, OPENED - timedelta(days=1), None)])
        assert kinds(early, cast.administrator) == [("postings!F2", "bad_dates")]
        first = book(None, [("officer", "", role, code, unit, OPENED, None)])
        assert kinds(first, cast.administrator) == []


def test_an_end_cannot_be_taken_away_but_put_off(cast: Cast, places: Places) -> None:
    cast.leader.postings.update(valid_to=today() + timedelta(days=30))
    start = date(2025, 1, 1)
    away = book(None, [("leader", "", "leader", places.subgrid.code, "", start, "")])
    later = book(
        None, [("leader", "", "leader", places.subgrid.code, "", start, today() + timedelta(days=60))]
    )
    assert kinds(away, cast.administrator) == [("postings!G2", "bad_dates")]
    assert len(plan(later, cast.administrator).ended) == 1


def test_who_was_entered_by_another_this_very_moment_is_no_fault_of_ours(cast: Cast, monkeypatch) -> None:
    content = book([("liwei", "李伟", "", "")])
    digest = plan(content, cast.administrator).digest

    def taken(found) -> None:
        raise IntegrityError("UNIQUE constraint failed: people_user.username")

    monkeypatch.setattr("people.actions.importing._write_people", taken)
    with pytest.raises(Invalid):
        actions.import_people(content, by=cast.administrator, digest=digest)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_said_to_be_none(cast: Cast, content: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        plan(content, cast.administrator)


def test_a_workbook_without_either_sheet_is_told_so(cast: Cast) -> None:
    assert [kind for _cell, kind in kinds(book(), cast.administrator)] == ["no_sheet"]


def test_a_thousand_people_take_few_queries(
    cast: Cast, places: Places, django_assert_max_num_queries
) -> None:
    rows = [(f"p{n:04}", f"人员{n}", "", "") for n in range(1000)]
    posts = [(f"p{n:04}", "", "worker", places.subgrid.code, "", "", "") for n in range(1000)]
    content = book(rows, posts)
    digest = plan(content, cast.administrator).digest
    by = User.objects.get(pk=cast.administrator.pk)
    with django_assert_max_num_queries(75):  # SQLite takes 999 values in one statement
        actions.import_people(content, by=by, digest=digest)
    assert Entry.objects.filter(action="post").count() == 1000


# ---- the pages


def upload(content: bytes, name: str = "people.xlsx") -> dict[str, SimpleUploadedFile]:
    return {"workbook": SimpleUploadedFile(name, content)}


def test_the_page_shows_then_does(client, cast: Cast, places: Places) -> None:
    client.force_login(cast.administrator)
    assert client.get(reverse(IMPORT)).status_code == 200
    content = book([("liwei", "李伟", "", "")], [("liwei", "", "worker", places.subgrid.code, "", "", "")])
    page = client.post(reverse(IMPORT), upload(content))
    assert page.status_code == 200
    assert "李伟" in page.content.decode()
    assert not User.objects.filter(username="liwei").exists()
    sent = {**page.context["confirm"].initial, "confirm": "1"}
    answer = client.post(reverse(IMPORT), sent)
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("admin:people_user_first_passwords")
    assert User.objects.get(username="liwei").postings.count() == 1
    again = client.post(reverse(IMPORT), sent)
    assert again.status_code == 409
    assert User.objects.filter(username="liwei").count() == 1


def test_the_page_tells_faults_and_offers_no_button(client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    page = client.post(reverse(IMPORT), upload(book([("li wei", "李伟", "", "")])))
    assert page.status_code == 422
    assert "people!A2" in page.content.decode()
    assert 'name="confirm"' not in page.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"workbook": SimpleUploadedFile("people.xlsx", b"nothing of the kind")},
        {"workbook": SimpleUploadedFile("people.xlsx", b"x" * 1_300_001)},
        {"confirm": "1"},
        {"confirm": "1", "content": "%%%", "digest": "x"},
        {"confirm": "1", "content": "bm90IGEgd29ya2Jvb2s=", "digest": "x"},
    ],
    ids=["no file", "no workbook", "too large", "nothing to confirm", "no base64", "no workbook to confirm"],
)
def test_the_page_bears_wrong_input(client, cast: Cast, sent) -> None:
    client.force_login(cast.administrator)
    for upload_ in sent.values():
        if isinstance(upload_, SimpleUploadedFile):
            upload_.seek(0)
    assert client.post(reverse(IMPORT), sent).status_code == 422


def test_a_workbook_is_taken_away_as_the_list_is_narrowed(client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    answer = client.get(reverse("admin:people_user_export") + "?role=leader")
    found = sheets(answer.content)
    names = {row[0] for row in found["人员"]}
    assert names == {"leader", "village_leader", "town_leader", "sibling", "other_town_leader"}
    assert {row[0] for row in found["任职"]} == names
    entry = Entry.objects.get(app="people", action="export")
    assert '"rows":5' in entry.payload
    assert client.get(reverse("admin:people_user_export") + "?nonsense=1").status_code == 302


def test_a_local_administrator_takes_away_their_own_people_alone(client, cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.town)
    client.force_login(local)
    names = {row[0] for row in sheets(client.get(reverse("admin:people_user_export")).content)["人员"]}
    assert {"worker", "leader", "former"} <= names
    assert not {"chief", "officer", "other_town_leader"} & names


def test_an_empty_workbook_has_the_headings(client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    content = client.get(reverse("admin:people_user_blank")).content
    assert sheets(content) == {"人员": [], "任职": []}
    assert kinds(content, cast.administrator) == []


def test_a_role_stands_at_its_level_in_a_workbook_too(cast: Cast, places: Places) -> None:
    content = book(
        [("liwei", "李伟", "", "")],
        [
            ("liwei", "", "总网格长", places.subgrid.code, "", "", ""),
            ("liwei", "", "网格长", places.site.code, "", "", ""),
            ("liwei", "", "网格长", places.subgrid.code, "", "", ""),
        ],
    )
    found = [(cell.split("!")[-1], kind) for cell, kind in kinds(content, cast.administrator)]
    assert found == [("C2", "wrong_role"), ("C3", "wrong_role")]


def test_a_telephone_that_is_no_number_is_told_with_its_cell(cast: Cast) -> None:
    content = book([("liwei", "李伟", "138abc", ""), ("worker", cast.worker.name, "abc", "")], [])
    found = [(cell.split("!")[-1], kind) for cell, kind in kinds(content, cast.administrator)]
    assert found == [("C2", "bad_phone"), ("C3", "bad_phone")]
