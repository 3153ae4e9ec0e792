import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.placeholders import NAMES, check, fill, names_in

VALUES = {"salutation": "Dear Minister", "supporter.name": "Ana", "supporter.place": "", "target.name": ""}


@pytest.mark.parametrize("name", NAMES)
def test_every_known_name_is_good_with_and_without_blanks(name: str) -> None:
    assert check(f"{{{{ {name} }}}} {{{{{name}}}}}") == []


@pytest.mark.parametrize("template", ["", "No sign at all.", "100 % { sure } }", "a\nb\r\nc", "Price: 5 $ {x}"])
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
    ],
)
def test_everything_else_is_refused_with_line_and_column(template: str, line: int, column: int, said: str) -> None:
    problems = check(template)
    assert (problems[0].line, problems[0].column) == (line, column)
    assert said in problems[0].message


def test_all_unknown_names_are_found_at_once() -> None:
    assert [(problem.line, problem.column) for problem in check("{{ one }} {{ salutation }}\n{{ two }}")] == [(1, 1), (2, 1)]


def test_filling_is_one_pass() -> None:
    assert fill("{{ salutation }}", {"salutation": "{{ supporter.name }}", "supporter.name": "Ana"}) == "{{ supporter.name }}"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ salutation }},\n\n{{ supporter.name }}\n{{ supporter.place }}", "Dear Minister,\n\nAna"),
        ("To {{ target.name }}, hello", "To, hello"),
        ("{{ supporter.place }}\n\n\nAna", "Ana"),
        ("A {{ supporter.place }} b", "A b"),
    ],
)
def test_empty_value_leaves_no_gap(template: str, expected: str) -> None:
    assert fill(template, VALUES) == expected


def test_names_come_in_the_order_of_the_template() -> None:
    assert names_in("{{ supporter.name }} {{salutation}}") == ["supporter.name", "salutation"]


@given(st.text(alphabet="{}%#-+ \n\rabc.salutation\"'|\\", max_size=60))
def test_check_and_fill_survive_any_text(template: str) -> None:
    problems = check(template)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
    fill(template, VALUES)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5), st.text(alphabet="abc \n", max_size=20))
def test_text_around_good_placeholders_is_good(names: list[str], between: str) -> None:
    assert check(between.join(f"{{{{ {name} }}}}" for name in names)) == []
