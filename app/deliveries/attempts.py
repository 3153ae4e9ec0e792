"""One attempt to hand a mail over, from its start to the line it leaves in the log."""

from datetime import datetime

from app.deliveries.moves import Claim, Ending
from app.deliveries.rules import State, Trouble, after
from app.mail.transport import MailFailure, Reply


class Attempt:
    """What happened when. `worker` is the boot id of the process."""

    def __init__(self, claim: Claim, worker: str, *, now: datetime) -> None:
        self.claim = claim
        self.held = State.CLAIMED
        self._worker = worker
        self._started_at = now
        self._times: dict[str, str] = {}

    def mark(self, step: str, now: datetime) -> None:
        """Note the moment of `connect`, `rcpt`, `data` or `reply`."""
        self._times[step] = now.isoformat()

    def handed_over(self, reply: Reply, *, captured: bool, now: datetime) -> Ending:
        """The server took it."""
        return Ending(
            self.claim,
            self.held,
            State.HANDED_OVER,
            self._worker,
            self._started_at,
            now,
            tries=self.claim.tries + 1,
            captured=captured,
            code=reply.code,
            enhanced=reply.enhanced,
            text=reply.text,
            times=self._times,
        )

    def failed(self, what: Trouble, failure: MailFailure, *, now: datetime) -> Ending:
        """The server did not take it, or nobody knows."""
        claim, reply = self.claim, failure.reply
        state, due_at, tries = after(what, tries=claim.tries, delivery_id=claim.id, now=now, expires_at=claim.expires_at)
        return Ending(
            claim,
            self.held,
            state,
            self._worker,
            self._started_at,
            now,
            due_at=due_at,
            tries=tries,
            code=failure.code,
            enhanced=reply.enhanced if reply else None,
            text=failure.words,
            times=self._times,
        )

    def ended(self, state: State, reason: str, *, now: datetime) -> Ending:
        """It came to an end without the server being asked."""
        return Ending(self.claim, self.held, state, self._worker, self._started_at, now, tries=self.claim.tries, text=reason, times=self._times)
