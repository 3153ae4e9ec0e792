"""Finished pages and static files kept as bytes, plain and packed."""

import gzip
import hashlib
import mimetypes
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from flask import Response, current_app, request, url_for

from app.errors import NotFound

T = TypeVar("T")
MOST_PAGES = 512
_BLANKS = re.compile(r"\s*\n\s*")


class Page(NamedTuple):
    """A finished page or file, plain and packed, with a tag that changes with it. One that packing makes no smaller has nothing in `packed`."""

    body: bytes
    packed: bytes
    tag: str


class Pages:
    """The pages used last, by what they were made of. Shared by the threads of a process."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, html: str) -> Page:
        """Finish a page and keep it; the one unused for longest makes room."""
        body = lean(html).encode()
        return self._keep(key, Page(body, gzip.compress(body, 6, mtime=0), _tag(body)))

    def keep_document(self, key: Hashable, body: bytes) -> Page:
        """Keep a file that is packed in itself, such as a PDF; the one unused for longest makes room."""
        return self._keep(key, Page(body, b"", _tag(body)))

    def _keep(self, key: Hashable, page: Page) -> Page:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page


class Looks(Generic[T]):
    """What the database said a moment ago of each public campaign, shared by all who ask within `seconds`."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, tuple[T, datetime]] = {}

    def find(self, key: Hashable, now: datetime, seconds: float, look: Callable[[], T]) -> T:
        """What was seen at most `seconds` ago, else what is seen now. What `look` raises is not kept."""
        seen = self._seen.get(key)
        if seen is not None and timedelta(0) <= now - seen[1] < timedelta(seconds=seconds):
            return seen[0]
        fresh = look()
        self._seen[key] = fresh, now
        return fresh


def lean(html: str) -> str:
    """The same page without the blanks and end tags that HTML lets one leave out."""
    return _BLANKS.sub("\n", html).replace("</option>", "")


def answer(page: Page, kind: str = "text/html; charset=utf-8", name: str = "") -> Response:
    """The page for this request: 304 if the reader has it, packed if their browser unpacks. `name` is what a document is saved as."""
    headers = {"ETag": page.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if page.tag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if name:
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    return _packed_or_plain(page, kind, headers)


def asset(name: str) -> str:
    """The address of a file in static/; it changes when the file does, so browsers may keep it for a year."""
    return url_for("pages.asset", name=name, v=_read(_static(name)).tag)


def answer_asset(name: str) -> Response:
    """A file of static/, packed if the browser unpacks. Raises NotFound."""
    path = _static(name)
    if not path.is_file() or name.startswith("."):
        raise NotFound
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _packed_or_plain(_read(path), kind, {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"})


def _packed_or_plain(page: Page, kind: str, headers: dict[str, str]) -> Response:
    if page.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(page.packed, headers={**headers, "Content-Encoding": "gzip"}, content_type=kind)
    return Response(page.body, headers=headers, content_type=kind)


def _tag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'


def _static(name: str) -> Path:
    return Path(str(current_app.static_folder)) / Path(name).name


@cache
def _read(path: Path) -> Page:
    body = path.read_bytes()
    return Page(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:10])
