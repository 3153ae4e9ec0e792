"""Where the parts of a letter stand, whatever the text says of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.filling import fill, join
from app.campaigns.placeholders import NAMES
from app.letters.layout import AS_TYPED, WITH_MARK, Layout, Paragraph, lay_out

SHOWN = {name: f"<{name}>" for name in (*NAMES, AS_TYPED, WITH_MARK)} | {"salutation": "S", AS_TYPED: "S*", WITH_MARK: "S+", "supporter.name": "N"}


def shown(paragraphs: tuple[Paragraph, ...]) -> list[str]:
    return [join(lines).fill(SHOWN) for lines in paragraphs]


def laid(body: str, *, opening: bool = False, closing: bool = False) -> dict[str, list[str]]:
    """The parts that hold something, as they would read."""
    layout = lay_out(body.replace("S", "{{ salutation }}").replace("N", "{{ supporter.name }}"), opening=opening, closing=closing)
    parts = {**layout._asdict(), "signature": [layout.signature]}
    return {name: shown(part) for name, part in parts.items() if part}


OWN, AUTO = "{{ personal_lines }}", ["N\n<supporter.place>, <supporter.country>"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("S,\n\nOne.\n\nYours,\n\nN", {"head": ["S,"], "before": ["One."], "after": ["Yours,"], "signature": ["N"]}),
        ("S\n\nOne.\n\nN", {"head": ["S*"], "before": ["One."], "signature": ["N"]}),
        ("One.", {"head": ["S+"], "before": ["One."], "signature": AUTO}),
        ("Estimada S:\n\nOne.\n\nN", {"head": ["Estimada S:"], "before": ["One."], "signature": ["N"]}),
        ("Ref. 1\n\nS,\n\nOne.\n\nN", {"head": ["Ref. 1", "S,"], "before": ["One."], "signature": ["N"]}),
        ("S,\nOne.\n\nN", {"head": ["S,"], "before": ["One."], "signature": ["N"]}),
        (
            "S, this is a sentence of some length that runs on.\nTwo.\n\nN",
            {"head": ["S,"], "before": ["this is a sentence of some length that runs on.\nTwo."], "signature": ["N"]},
        ),
        ("S {{ target.name }},\n\nOne.\n\nN", {"head": ["S <target.name>,"], "before": ["One."], "signature": ["N"]}),
        (
            "One.\n\nJe vous prie d’agréer, S, mes salutations.\n\nN",
            {"head": ["S+"], "before": ["One.", "Je vous prie d’agréer, S, mes salutations."], "signature": ["N"]},
        ),
        (
            "S,\n\nI, N, a teacher of some years, write to you.\n\nYours sincerely,",
            {"head": ["S,"], "before": ["I, N, a teacher of some years, write to you."], "after": ["Yours sincerely,"], "signature": AUTO},
        ),
        (
            "S,\n\nI am N and write.\n\nYours,\nN, {{ supporter.place }}\nMember\n\nCopy: X",
            {
                "head": ["S,"],
                "before": ["I am N and write."],
                "after": ["Yours,"],
                "signature": ["N, <supporter.place>\nMember"],
                "tail": ["Copy: X"],
            },
        ),
        # own lines
        (f"S,\n\nOne.\n\n{OWN}\n\nTwo.\n\nN", {"head": ["S,"], "before": ["One."], "after": ["Two."], "signature": ["N"]}),
        (
            f"S,\n\nOne. I add: {OWN} Two.\nThree.\n\nN",
            {"head": ["S,"], "before": ["One. I add:"], "after": ["Two.\nThree."], "signature": ["N"]},
        ),
        (f"S,\n\nOne.\n\nN\n\nP.S. {OWN}", {"head": ["S,"], "before": ["One."], "signature": ["N"], "tail": [""]}),
        (f"{OWN}", {"head": ["S+"], "signature": AUTO}),
        (
            "S,\n\nOne.\n\nMit freundlichen Grüßen\n\nN",
            {"head": ["S,"], "before": ["One."], "after": ["Mit freundlichen Grüßen"], "signature": ["N"]},
        ),
        ("S，\n\n一。\n\n此致\n敬礼！\n\nN", {"head": ["S，"], "before": ["一。"], "after": ["此致\n敬礼！"], "signature": ["N"]}),
        ("S,\n\nI ask you:\n\n– to stop;\n– to act\n\nN", {"head": ["S,"], "before": ["I ask you:", "– to stop;\n– to act"], "signature": ["N"]}),
    ],
)
def test_parts_of_a_letter(body: str, expected: dict[str, list[str]]) -> None:
    assert laid(body) == expected


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("S,\n\nOne.\n\nYours,\n\nN", ["<opening>", "One."], ["<closing>", "Yours,"]),
        (f"S,\n\nOne.\n\n{OWN}\n\nN", ["<opening>", "One."], ["<closing>"]),
        (f"S,\n\nOne.\n\n{OWN}\n\nTwo.\n\nYours,\n\nN", ["<opening>", "One."], ["Two.", "<closing>", "Yours,"]),
        ("S,\n\nOne.\n\nTwo.", ["<opening>", "One.", "Two."], ["<closing>"]),
        ("S,\n\nOne. {{ opening }}\n\n{{ closing }} Two.\n\nN", ["One. <opening>", "<closing> Two."], []),
        ("{{ opening }}\n\nS,\n\nOne.\n\nN\n\n{{ closing }}", ["One."], []),
        ("", ["<opening>"], ["<closing>"]),
    ],
)
def test_opening_and_closing_stand_where_the_text_says_or_at_the_ends(body: str, before: list[str], after: list[str]) -> None:
    parts = laid(body, opening=True, closing=True)
    assert (parts.get("before", []), parts.get("after", [])) == (before, after)


PIECES = [" ", "\n", "\n\n", ", ", ". ", "word", "a sentence that is longer than the label", "– ", *(f"{{{{ {name} }}}}" for name in NAMES)]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_no_word_of_a_text_is_lost(body: str) -> None:
    layout: Layout = lay_out(body, opening=False, closing=False)
    parts = (*layout.head, *layout.before, *layout.after, layout.signature, *layout.tail)
    values = dict.fromkeys(NAMES, "")
    laid_out = " ".join(join(lines).fill({**values, AS_TYPED: "", WITH_MARK: ""}) for lines in parts)
    if "{{ personal_lines }}" not in body:
        assert sorted(laid_out.replace(",", " ").split()) == sorted(fill_plain(body).replace(",", " ").split())


def fill_plain(body: str) -> str:
    for name in NAMES:
        body = body.replace(f"{{{{ {name} }}}}", "")
    return body


def test_filled_layout_is_what_filling_gives_where_the_text_is_whole() -> None:
    body = "{{ salutation }},\n\nOne.\n\n{{ closing }}\n\nYours,\n\n{{ supporter.name }}"
    layout = lay_out(body, opening=False, closing=True)
    parts = (*layout.head, *layout.before, *layout.after, layout.signature)
    assert "\n\n".join(shown(parts)) == fill(body, SHOWN)
