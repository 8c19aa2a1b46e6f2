"""Answers that maps ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

TYPE = "application/geo+json; charset=utf-8"


def encoded(features: Iterable[Mapping[str, Any]]) -> str:
    """A FeatureCollection as text."""
    return DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(
        {"type": "FeatureCollection", "features": list(features)}
    )


def collection(
    request: HttpRequest, features: Iterable[Mapping[str, Any]], *, max_age: int = 0
) -> HttpResponseBase:
    """The features for the reader alone, 304 where their browser has just these."""
    body = encoded(features).encode("utf-8", "replace")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=TYPE)
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, max_age=max_age)
    return response


def feature(geometry: Any, *, name: str, text: str = "", url: str = "", **more: Any) -> dict[str, Any]:
    """A shape as static/js/map.js draws it; see docs/design-system.md."""
    properties = {"name": name, "text": text, "url": url, **more}
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {key: value for key, value in properties.items() if value},
    }


def point(place: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(place[0], 6), round(place[1], 6)]}
