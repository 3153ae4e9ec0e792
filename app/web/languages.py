"""The interface language of a request: from the address; on a first visit from the browser's wishes."""

from flask import Flask, abort, g, request

from app import i18n


def speak_by_address(app: Flask) -> None:
    """Set the language of every request before its view runs; an unknown one in the address is a page not found."""

    @app.before_request
    def speak() -> None:
        code = (request.view_args or {}).get("lang")
        if code is not None and code not in i18n.INTERFACE:
            i18n.speak(i18n.INTERFACE[0])
            abort(404)
        if code is None:
            first = request.path.split("/", 2)[1]
            if first in i18n.INTERFACE:
                code = first
            elif request.path.startswith("/desk"):
                code = "en"
            else:
                code = i18n.negotiate(list(request.accept_languages.values()))
        g.language = i18n.speak(code)

    @app.context_processor
    def names() -> dict[str, object]:
        return {"language": i18n.current(), "interface_languages": i18n.INTERFACE, "i18n": i18n}
