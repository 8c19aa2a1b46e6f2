"""What every page carries, looked at on the first one a visitor sees."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_login_page_is_chinese_until_the_switch_is_used(client):
    page = client.get(reverse("login"), headers={"accept-language": "en"})
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "zh-hans"
    client.post(reverse("set_language"), {"language": "en"})
    page = client.get(reverse("login"))
    assert page.headers["Content-Language"] == "en"


def test_every_page_says_what_a_browser_may_load_and_ask(client):
    headers = client.get(reverse("login")).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/grids/", "/incidents/", "/ledger/", "/board/"])
def test_a_stranger_is_sent_to_the_login_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("login"))


def test_an_address_that_does_not_exist_is_said_to_be_so(client):
    assert client.get("/no-such-page/").status_code == 404


@pytest.mark.parametrize("path", ["/accounts/login/?next=%00", "/grids/label/%00/", "/%00"])
def test_an_address_with_a_nul_is_refused_before_a_database_meets_it(client, path):
    assert client.get(path).status_code == 400
