"""My account, whom to call, and the admin site of people."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledgers.models import Entry
from people import actions
from people.models import Posting, Role, User
from tests.factories import Cast, Places, person

NEW = "Kq8-vexing-pond"


def test_my_account_lists_my_postings_past_ones_too(client, cast: Cast, places: Places) -> None:
    client.force_login(cast.former)
    page = client.get(reverse("people:me"))
    assert places.subgrid.name in page.content.decode()
    assert "已结束" in page.content.decode()


def test_contacts_go_up_the_line_with_phones(client, cast: Cast, places: Places) -> None:
    client.force_login(cast.worker)
    page = client.get(reverse("people:contacts", args=[places.subgrid.pk]))
    names = [group.name for group in page.context["groups"]]
    line = [places.subgrid.name, places.village.name, places.town.name, places.district.name]
    assert names[:4] == line
    assert places.centre.name in names
    assert f"tel:{cast.town_leader.phone}" in page.content.decode()
    assert cast.former not in [p.person for group in page.context["groups"] for p in group.postings]


@pytest.mark.parametrize("who", ["sibling", "officer", "former", "other_town_leader"])
def test_contacts_out_of_scope_are_not_found(client, cast: Cast, places: Places, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(reverse("people:contacts", args=[places.subgrid.pk])).status_code == 404


def test_the_page_of_a_grid_names_its_people(client, cast: Cast, places: Places) -> None:
    client.force_login(cast.chief)
    page = client.get(reverse("grids:detail", args=[places.subgrid.pk])).content.decode()
    assert str(cast.leader) in page
    assert reverse("people:contacts", args=[places.subgrid.pk]) in page


@pytest.mark.parametrize("model", ["user", "unit", "posting"])
def test_an_administrator_sees_lists_and_forms_but_no_deletion(
    client, cast: Cast, places: Places, model: str
) -> None:
    client.force_login(cast.administrator)
    assert client.get(reverse(f"admin:people_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:people_{model}_add")).status_code == 200
    key = {"user": cast.worker.pk, "unit": places.team.pk, "posting": cast.worker.postings.get().pk}[model]
    assert client.get(reverse(f"admin:people_{model}_change", args=[key])).status_code == 200
    assert client.get(reverse(f"admin:people_{model}_delete", args=[key])).status_code == 403


def test_a_staff_flag_does_not_open_the_admin_site(client, cast: Cast) -> None:
    User.objects.filter(pk=cast.viewer.pk).update(is_staff=True, is_superuser=True)
    client.force_login(cast.viewer)
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_person_entered_and_posted_in_the_admin_site(client, cast: Cast, places: Places) -> None:
    client.force_login(cast.administrator)
    secret = "Kq8-vexing-pond"
    form = {"username": "new", "name": "新人", "phone": "", "password1": secret, "password2": secret}
    assert client.post(reverse("admin:people_user_add"), form).status_code == 302
    new = User.objects.get(username="new")
    posting = {"person": new.pk, "role": Role.WORKER, "grid": places.subgrid.pk, "valid_from": "2026-01-01"}
    assert client.post(reverse("admin:people_posting_add"), posting).status_code == 302
    again = client.post(reverse("admin:people_posting_add"), posting)
    assert again.status_code == 200
    assert "person" in again.context["adminform"].form.errors
    made = Posting.objects.get(person=new)
    end = client.post(
        reverse("admin:people_posting_change", args=[made.pk]), {"valid_to": timezone.localdate().isoformat()}
    )
    assert end.status_code == 302
    url = reverse("admin:auth_user_password_change", args=[new.pk])
    assert client.post(url, {"password1": secret + "2", "password2": secret + "2"}).status_code == 302
    assert client.login(username="new", password=secret + "2")
    acts = Entry.objects.filter(app="people").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["login", "create_person", "post", "end_posting", "set_password", "login"]


def test_people_elsewhere_do_not_exist_for_a_local_administrator(client, cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.town)
    client.force_login(local)
    page = client.get(reverse("admin:people_user_changelist"))
    seen = {user.pk for user in page.context["cl"].queryset}
    assert cast.worker.pk in seen
    assert cast.chief.pk not in seen


def test_a_telephone_is_a_number(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    form = {"username": "liwei", "name": "李伟", "phone": "abc", "password1": NEW, "password2": NEW}
    page = client.post(reverse("admin:people_user_add"), form)
    assert set(page.context["adminform"].form.errors) == {"phone"}
    assert client.post(reverse("admin:people_user_add"), form | {"phone": "0371-86199999"}).status_code == 302


def test_an_older_telephone_that_is_none_keeps_no_account_open(cast: Cast) -> None:
    User.objects.filter(pk=cast.worker.pk).update(phone="abc")
    changed = actions.change_person(
        cast.worker.pk, name=cast.worker.name, phone="abc", is_active=False, by=cast.administrator
    )
    assert not changed.is_active


def test_a_persons_page_leads_to_passwords_and_postings(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    page = client.get(reverse("admin:people_user_change", args=[cast.worker.pk])).content.decode()
    password = reverse("admin:auth_user_password_change", args=[cast.worker.pk])
    first = reverse("admin:people_user_first_passwords") + f"?people={cast.worker.pk}"
    postings = reverse("admin:people_posting_changelist") + f"?person__id__exact={cast.worker.pk}"
    for address in (password, first, postings, reverse("admin:people_posting_add")):
        assert f'href="{address}' in page
    assert "/history/" not in page
    assert client.get(postings).context["cl"].result_count == 1
    assert "unset-password" not in client.get(password).content.decode()


def test_entering_a_person_says_what_comes_next_in_words_of_the_site(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert "edit more user options" not in client.get(reverse("admin:people_user_add")).content.decode()


@pytest.mark.parametrize(("who", "there"), [("worker", True), ("patrol", True), ("officer", False)])
def test_who_sees_grids_has_a_way_to_them(client: Client, cast: Cast, who: str, there: bool) -> None:
    client.force_login(getattr(cast, who))
    nav = client.get(reverse("people:me")).context["nav"]
    assert (reverse("grids:tree") in [item["url"] for item in nav[:5]]) is there
