"""What a rule, query or action may answer instead of doing its work."""


class DomainError(Exception):
    """Base of the answers a door turns into a page."""


class NotFound(DomainError):
    """There is no such thing, or it is not theirs."""


class Refused(DomainError):
    """A rule says no. `reason` is an English sentence a person can read and that the catalogues translate."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


class Conflict(DomainError):
    """Somebody else was first; the database refused the second."""
