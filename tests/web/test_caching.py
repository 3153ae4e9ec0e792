import gzip
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import NotFound
from app.web.caching import Looks, Pages, lean

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)


def test_page_is_kept_plain_and_packed() -> None:
    pages = Pages()
    page = pages.keep("key", "<p>\n   Hola</p>\n\n")
    assert page.body == b"<p>\nHola</p>\n"
    assert gzip.decompress(page.packed) == page.body
    assert pages.find("key") is page
    assert pages.find("other") is None


def test_document_is_kept_as_it_is_and_makes_room_as_pages_do() -> None:
    pages = Pages(most=1)
    pages.keep("page", "a")
    document = pages.keep_document("sheet", b"%PDF   \n  x")
    assert (document.body, document.packed) == (b"%PDF   \n  x", b"")
    assert pages.find("sheet") is document
    assert pages.find("page") is None


def test_tag_changes_with_the_page() -> None:
    pages = Pages()
    assert pages.keep(1, "a").tag == pages.keep(2, "a").tag != pages.keep(3, "b").tag


def test_page_unused_for_longest_makes_room() -> None:
    pages = Pages(most=2)
    pages.keep("a", "a")
    pages.keep("b", "b")
    pages.find("a")
    pages.keep("c", "c")
    assert [key for key in "abc" if pages.find(key)] == ["a", "c"]


def test_lean_page_says_the_same() -> None:
    assert (
        lean("<select>\n  <option value='1'>One</option>\n  <option>Two</option>\n</select>")
        == "<select>\n<option value='1'>One\n<option>Two\n</select>"
    )


def test_look_is_shared_by_all_who_ask_within_its_time() -> None:
    looks = Looks[int]()
    answers = iter([1, 2, 3])
    asked = [NOW + timedelta(seconds=after) for after in (0, 0.2, 0.49, 0.5)]
    assert [looks.find("amaranta", at, 0.5, lambda: next(answers)) for at in asked] == [1, 1, 1, 2]
    assert looks.find("other", asked[0], 0.5, lambda: next(answers)) == 3


def test_look_from_a_moment_to_come_is_not_taken_for_true() -> None:
    looks = Looks[int]()
    looks.find("amaranta", NOW, 0.5, lambda: 1)
    assert looks.find("amaranta", NOW - timedelta(days=7), 0.5, lambda: 2) == 2


def test_what_a_look_raises_is_not_kept() -> None:
    looks = Looks[int]()

    def nothing() -> int:
        raise NotFound

    with pytest.raises(NotFound):
        looks.find("amaranta", NOW, 0.5, nothing)
    assert looks.find("amaranta", NOW, 0.5, lambda: 1) == 1
