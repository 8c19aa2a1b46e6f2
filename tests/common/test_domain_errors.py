"""A domain error in a view becomes an answer, in one place."""

from django.http import HttpResponse
from django.test import RequestFactory

from common.errors import Invalid, NotAllowed
from common.middleware import DomainErrorMiddleware


def answer_to(error):
    middleware = DomainErrorMiddleware(lambda request: HttpResponse())
    return middleware.process_exception(RequestFactory().get("/"), error)


def test_what_a_posting_does_not_permit_is_403_with_the_reason():
    answer = answer_to(NotAllowed("Only the command centre files."))
    assert answer.status_code == 403
    assert "Only the command centre files." in answer.content.decode()


def test_an_error_that_a_view_must_answer_is_not_hidden():
    assert answer_to(Invalid({"title": "Say what happened."})) is None
