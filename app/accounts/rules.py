"""What staff may do: four roles, each named for what its people are trusted with."""

from enum import StrEnum


class RoleName(StrEnum):
    ADMIN = "admin"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    TRANSLATOR = "translator"


class Right(StrEnum):
    """A thing one may or may not do at the desk."""

    READ = "read"
    """See campaigns, counts and previews; send a test letter to oneself."""
    WRITE = "write"
    """Create campaigns and edit those that are not public."""
    STEER = "steer"
    """Publish, pause, extend, close, and edit what is public."""
    MAIL = "mail"
    """Read captured mail and held letters, and settle deliveries in doubt: they show personal data."""


RIGHTS: dict[RoleName, frozenset[Right]] = {
    RoleName.ADMIN: frozenset(Right),
    RoleName.COORDINATOR: frozenset(Right),
    RoleName.REVIEWER: frozenset({Right.READ}),
    RoleName.TRANSLATOR: frozenset({Right.READ, Right.WRITE}),
}


def holders(right: Right) -> frozenset[RoleName]:
    """The roles that give a right."""
    return frozenset(role for role, rights in RIGHTS.items() if right in rights)
