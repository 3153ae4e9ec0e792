"""Flask-Security's view of the staff tables, without a commit of its own.

Flask-Security changes rows in whatever session the datastore holds and calls `commit` once the view is done. The session it is
given here only reads; `commit` carries what was changed over into `Database.transaction`, so that every write of Vigil has one
owner, and SQLite's writer is never held while a password is hashed.
"""

from contextlib import ExitStack

from flask import g
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy.orm import Session

from app.accounts.models import Role, Staff
from app.db import Database


class RequestSessions:
    """One reading session for each web request or command, opened when it is first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def session(self) -> Session:
        if "staff_session" not in g:
            g.staff_sessions = ExitStack()
            g.staff_session = g.staff_sessions.enter_context(self._database.reading())
            g.staff_session.autoflush = False  # a flush would write from a session that must only read
        session: Session = g.staff_session
        return session

    def commit(self) -> None:
        """Write what was changed in the reading session; nothing changed means nothing is opened."""
        if "staff_session" not in g:
            return
        session = self.session
        changed = [*session.new, *(row for row in session.dirty if session.is_modified(row))]
        if not changed:
            return
        with self._database.transaction() as writing:
            for row in changed:
                writing.merge(row)
        session.rollback()  # what is read from here on is what was written

    def close(self, _error: BaseException | None = None) -> None:
        """End the reading session of this context, if there is one."""
        if "staff_sessions" in g:
            g.pop("staff_session")
            g.pop("staff_sessions").close()


class StaffDatastore(SQLAlchemyUserDatastore):
    def __init__(self, database: Database) -> None:
        self.sessions = RequestSessions(database)
        super().__init__(self.sessions, Staff, Role)

    def commit(self) -> None:
        self.sessions.commit()
