"""Which transport a site's mail leaves by."""

from app.mail.file import FileTransport
from app.mail.smtp import SmtpTransport
from app.mail.transport import Transport
from app.site import Site


def transport_of(site: Site) -> Transport:
    """The transport MAIL_URL asks for."""
    route = site.route
    if route.path is not None:
        return FileTransport(route.path)
    return SmtpTransport(
        route.host,
        route.port,
        site.mail_domain,
        user=route.user,
        password=route.password,
        starttls=route.starttls,
        connect_seconds=site.connect_seconds,
        final_reply_seconds=site.final_reply_seconds,
    )
