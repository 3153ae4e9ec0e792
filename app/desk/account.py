"""Who is signed in, and what guards their account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.rules import Right
from app.desk.door import blueprint, needs


@blueprint.get("/account")
@needs(Right.READ)
def account() -> ResponseReturnValue:
    return render_template("desk/account.html")
