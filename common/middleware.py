"""Domain errors turned into answers, in one place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import NotAllowed


class DomainErrorMiddleware:
    """`NotAllowed` from a view becomes the 403 page, which says why.

    `Invalid` and `StaleVersion` belong to a form and are answered by its view, with what was typed. One that
    a view lets through is a fault of ours and stays an error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"reason": str(exception)}, status=403)
        return None
