"""Security headers on every answer, and the refusal of cross-site writes."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'; manifest-src 'self'"
)


def protect(app: Flask, public_url: str) -> None:
    """Add the headers to every answer and refuse writes that come from another site."""
    public = urlsplit(public_url)

    @app.before_request
    def refuse_cross_site_writes() -> None:
        if request.method in {"GET", "HEAD", "OPTIONS"} or request.path.startswith("/unsubscribe/"):
            return  # RFC 8058: a mail provider posts from anywhere; the token in the address is the proof
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            abort(403)
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in {public.netloc, request.host}:
            abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers.setdefault("Cache-Control", "no-store")
        if public.scheme == "https":
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
