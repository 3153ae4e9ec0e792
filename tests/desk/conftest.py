"""Staff of each role, and somebody who has signed in."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from app.accounts import actions
from app.accounts.passwords import hashed
from app.accounts.rules import RoleName
from tests.desk.visitor import PASSWORD, Visitor

Enter = Callable[[RoleName], Visitor]


@pytest.fixture
def enter(app: Flask, now: datetime) -> Enter:
    """Signs in as a new person with a role."""

    def visitor(role: RoleName) -> Visitor:
        email = f"{role}@vigil.example"
        with app.app_context():
            password_hash = hashed(PASSWORD)
        with app.extensions["vigil"].database.transaction() as session:
            actions.create(session, email, password_hash=password_hash, role=role, actor="tests", now=now)
        somebody = Visitor(app.test_client())
        assert somebody.sign_in(email).status_code == 302
        return somebody

    return visitor


@pytest.fixture
def coordinator(enter: Enter) -> Visitor:
    return enter(RoleName.COORDINATOR)
