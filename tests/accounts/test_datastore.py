"""Flask-Security's writes go through our own transactions."""

from datetime import datetime

from flask import Flask
from sqlalchemy import event, select

from app.accounts.actions import create
from app.accounts.datastore import StaffDatastore
from app.accounts.models import Staff
from app.accounts.rules import RoleName
from app.db import Database


def _staff(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        create(session, "rosa@vigil.example", password_hash="x", role=RoleName.ADMIN, actor="tests", now=now)


def test_change_is_stored_by_commit_and_not_before(app: Flask, database: Database, now: datetime) -> None:
    _staff(database, now)
    datastore = StaffDatastore(database)
    with app.app_context():
        staff = datastore.find_user(email="rosa@vigil.example")
        assert staff
        datastore.tf_set(staff, "authenticator", "secret")
        with database.reading() as other:
            assert other.scalars(select(Staff)).one().tf_totp_secret is None
        datastore.commit()
        assert staff.tf_totp_secret == "secret"
        datastore.sessions.close()
    with database.reading() as other:
        assert other.scalars(select(Staff)).one().tf_totp_secret == "secret"


def test_commit_of_nothing_opens_no_transaction(app: Flask, database: Database, now: datetime) -> None:
    _staff(database, now)
    datastore = StaffDatastore(database)
    begun: list[object] = []
    with app.app_context():
        datastore.find_user(email="rosa@vigil.example")
        event.listen(database.engine, "begin", begun.append)
        datastore.commit()
        datastore.sessions.close()
    assert begun == []


def test_person_keeps_their_roles_when_something_else_changes(app: Flask, database: Database, now: datetime) -> None:
    _staff(database, now)
    datastore = StaffDatastore(database)
    with app.app_context():
        staff = datastore.find_user(email="rosa@vigil.example")
        assert staff
        datastore.mf_set_recovery_codes(staff, ["aa-bb", "cc-dd"])
        datastore.commit()
        datastore.mf_delete_recovery_code(staff, 0)
        datastore.commit()
        datastore.sessions.close()
    with database.reading() as other:
        stored = other.scalars(select(Staff)).one()
        assert stored.mf_recovery_codes == ["cc-dd"]
        assert stored.role_names == {"admin"}
