import gzip

from app.web.caching import Pages, lean


def test_page_is_kept_plain_and_packed() -> None:
    pages = Pages()
    page = pages.keep("key", "<p>\n   Hola</p>\n\n")
    assert page.body == b"<p>\nHola</p>\n"
    assert gzip.decompress(page.packed) == page.body
    assert pages.find("key") is page
    assert pages.find("other") is None


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
