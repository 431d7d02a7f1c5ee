"""Long answers in JSON that are written once and sent often, packed where the reader unpacks."""

import gzip
import hashlib
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

_encoder = DjangoJSONEncoder(separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Document:
    """The same text plain and packed, and what tells it from another."""

    plain: bytes
    packed: bytes
    etag: str


def write_document(data: object) -> Document:
    """Encode and pack it; what is in it must not depend on what a reader sends (BREACH)."""
    plain = _encoder.encode(data).encode()
    digest = hashlib.sha256(plain).hexdigest()[:32]
    return Document(plain, gzip.compress(plain, 6, mtime=0), f'"{digest}"')


def send_document(request: HttpRequest, document: Document) -> HttpResponse:
    """The document, or that the reader has it already; for this reader's cache alone."""
    is_known = document.etag in request.headers.get("If-None-Match", "")
    answer = HttpResponseNotModified() if is_known else _fill(request, document)
    answer["ETag"] = document.etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Accept-Encoding, Cookie"
    return answer


def _fill(request: HttpRequest, document: Document) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(document.plain, content_type="application/json")
    answer = HttpResponse(document.packed, content_type="application/json")
    answer["Content-Encoding"] = "gzip"
    return answer
