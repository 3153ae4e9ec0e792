"""The grammar of templates: what is good, and where what is not stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.placeholders import LINE_NAMES, NAMES, SUBJECT_NAMES, check, check_plain, signs_in


@pytest.mark.parametrize("name", NAMES)
def test_every_known_name_is_good_with_and_without_blanks(name: str) -> None:
    assert check(f"{{{{ {name} }}}}") == check(f"{{{{{name}}}}}") == []


@pytest.mark.parametrize(
    "template",
    [
        "",
        "No sign at all.",
        "100 % { sure } }",
        "a\nb\r\nc",
        "Price: 5 $ {x}",
        "a < b and c > d",
        "1 <3 2",
        "I <3 you",
        "R&D, AT&T; Q&A & co;",
        "Write to <minister@housing.example> or see <https://ministry.example/a?b=1&c=2>",
    ],
)
def test_plain_text_is_good(template: str) -> None:
    assert check(template) == []


@pytest.mark.parametrize(
    ("template", "line", "column", "said"),
    [
        ("{{ salutaton }}", 1, 1, "Did you mean {{ salutation }}?"),
        ("Hi,\n\n  {{ target.nmae }}", 3, 3, "Did you mean {{ target.name }}?"),
        ("a\r\nb {{ zzz }}", 2, 3, "Known names"),
        ("{{ 7 * 7 }}", 1, 1, "not known"),
        ("{{ salutation|upper }}", 1, 1, "not known"),
        ("{{ ''.__class__ }}", 1, 1, "not known"),
        ("x {% for a in b %}{% endfor %}", 1, 3, "“{%” cannot be used"),
        ("{# a note #}", 1, 1, "cannot be used"),
        ("Dear {{ salutation", 1, 6, "not closed"),
        ("{{- salutation -}}", 1, 1, "without a dash"),
        ("one\n  two  {{- salutation }}", 2, 8, "without a dash"),
        ("{{\n salutation }}", 1, 1, "on one line"),
        ("{{ }}", 1, 1, "not known"),
        ("{{ salutation }}\r{{ zzz }}", 2, 1, "not known"),
        ("A {{ opening }}\nB {{ opening }}", 2, 3, "second time"),
        ("{{ personal_lines }} {{ personal_lines }}", 1, 22, "second time"),
        ("Dear <b>Minister</b>", 1, 6, "“<b>” is HTML"),
        ("a\n b<br/>c", 2, 3, "An empty line begins a new paragraph"),
        ("<A HREF='https://x.example'>x", 1, 1, "is HTML"),
        ("x <img src=x onerror=alert(1)", 1, 3, "is HTML"),
        ("<!-- a note -->", 1, 1, "is HTML"),
        ("</p>", 1, 1, "is HTML"),
        ("R&amp;D", 1, 2, "write “&” itself"),
        ("a&nbsp;b", 1, 2, "write a plain blank"),
        ("a &#8211; b", 1, 3, "write “–” itself"),
        ("a &#xE9;", 1, 3, "write “é” itself"),
    ],
)
def test_everything_else_is_refused_with_line_and_column(template: str, line: int, column: int, said: str) -> None:
    problems = check(template)
    assert (problems[0].line, problems[0].column) == (line, column)
    assert said in problems[0].message


def test_all_unknown_names_are_found_at_once() -> None:
    assert [(problem.line, problem.column) for problem in check("{{ one }} {{ salutation }}\n{{ two }}")] == [(1, 1), (2, 1)]


def test_problems_come_in_the_order_of_the_text() -> None:
    found = check("&amp; {{ nme }} <b> {% x %} {{ opening }}\n{{ opening }} {{ zzz")
    assert [(problem.line, problem.column) for problem in found] == [(1, 1), (1, 7), (1, 17), (1, 21), (2, 1), (2, 15)]


@pytest.mark.parametrize("name", ["opening", "closing", "personal_lines"])
def test_parts_of_the_letter_stand_in_its_body_only(name: str) -> None:
    for names in (LINE_NAMES, SUBJECT_NAMES):
        [problem] = check(f"x {{{{ {name} }}}}", names)
        assert (problem.line, problem.column) == (1, 3)
        assert problem.message == f"{{{{ {name} }}}} can stand in the body of the letter only."


def test_closings_may_repeat_the_salutation_and_subjects_may_not() -> None:
    assert check("Veuillez agréer, {{ salutation }}, mes salutations.", LINE_NAMES) == []
    assert "body of the letter only" in check("{{ salutation }}", SUBJECT_NAMES)[0].message


def test_what_is_not_filled_in_holds_neither_placeholders_nor_html() -> None:
    assert check_plain("Sr. Ministro / Dear Minister") == []
    assert [(problem.line, problem.column) for problem in check_plain("Dear {{ target.name }}\n<i>x")] == [(1, 6), (2, 1)]


def test_signs_come_in_the_order_of_the_template() -> None:
    assert [(sign.name, sign.start, sign.end) for sign in signs_in("{{ supporter.name }} {{salutation}}")] == [
        ("supporter.name", 0, 20),
        ("salutation", 21, 35),
    ]


@given(st.text(alphabet="{}%#-+ \n\rabc.salutation\"'|\\<&;/", max_size=60) | st.text())
def test_check_survives_any_text_and_every_problem_has_its_place(template: str) -> None:
    lines = template.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in check(template):
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True), st.text(alphabet="abc \n", max_size=20))
def test_text_around_good_placeholders_is_good(names: list[str], between: str) -> None:
    assert check(between.join(f"{{{{ {name} }}}}" for name in names)) == []
