"""Which way of sending still reaches an office in time."""

from enum import StrEnum

POST_DAYS_ABROAD, POST_DAYS_WITHIN = 10, 3
"""About how many days a letter takes: a rule of thumb, since post differs from country to country."""
CALL_FROM = 3
"""With so few days left a call is worth more than paper."""


class Post(StrEnum):
    """Whether a letter posted today arrives before the deadline."""

    IN_TIME = "in time"
    TIGHT = "tight"
    """It may just arrive: today, or not at all."""
    LATE = "late"


def post(days_left: int, *, within: bool) -> Post:
    """Advice for post with so many days to the deadline; `within` the writer's own country or abroad."""
    takes = post_days(within=within)
    if days_left < takes:
        return Post.LATE
    return Post.TIGHT if days_left < takes + 3 else Post.IN_TIME


def post_days(*, within: bool) -> int:
    """About how many days a letter is on its way."""
    return POST_DAYS_WITHIN if within else POST_DAYS_ABROAD


def call(days_left: int) -> bool:
    """Whether a telephone call is advised beside the letter."""
    return 0 <= days_left <= CALL_FROM
