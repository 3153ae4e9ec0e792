"""What is advised by the days that are left."""

import pytest

from app.letters.advice import Post, call, post


@pytest.mark.parametrize(
    ("days_left", "within", "expected"),
    [
        (14, False, Post.IN_TIME),
        (13, False, Post.IN_TIME),
        (12, False, Post.TIGHT),
        (10, False, Post.TIGHT),
        (9, False, Post.LATE),
        (0, False, Post.LATE),
        (6, True, Post.IN_TIME),
        (5, True, Post.TIGHT),
        (3, True, Post.TIGHT),
        (2, True, Post.LATE),
    ],
)
def test_post_is_advised_by_the_days_it_takes(days_left: int, within: bool, expected: Post) -> None:
    assert post(days_left, within=within) is expected


@pytest.mark.parametrize(("days_left", "expected"), [(4, False), (3, True), (0, True), (-1, False)])
def test_call_is_advised_in_the_last_days(days_left: int, expected: bool) -> None:
    assert call(days_left) is expected
