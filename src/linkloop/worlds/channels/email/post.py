"""Post: one mail over SMTP, step by step, so that it is always known whether the server can have taken it."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage

from linkloop.core.action import Receipt
from linkloop.worlds.channels.email.settings import EmailSettings
from linkloop.worlds.channels.platform import NotSent

LATER_S = 60.0
REFUSED_S = 600.0  # a wrong password is not tried often: servers lock who does


def post(mail: EmailMessage, recipients: list[str], settings: EmailSettings) -> Receipt:
    """Send a mail. Before its last line has left nothing was sent (NotSent, or refused); after that, without an answer,
    nobody knows: smtplib.SMTPException or OSError."""
    server = _open(settings)
    try:
        try:
            _enter(server, settings)
            if not (refused := _address(server, settings.address, recipients)):
                code, said = server.docmd("data")
                if code != 354:
                    refused = _answered(code, said)
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(f"{type(error).__name__}", LATER_S) from None
        if refused is not None:
            return refused
        # From here on the server may have it, whatever we hear.
        server.send(_stuffed(_unfolded(mail.as_bytes())))
        code, said = server.getreply()
        return _answered(code, said) or Receipt(status="done", reference=str(mail["Message-ID"]))
    finally:
        server.close()


def _open(settings: EmailSettings) -> smtplib.SMTP:
    try:
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(
                settings.smtp_host, settings.smtp_port, timeout=settings.timeout_s, context=ssl.create_default_context()
            )
        return smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.timeout_s)
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{settings.smtp_host}: {type(error).__name__}", LATER_S) from None


def _enter(server: smtplib.SMTP, settings: EmailSettings) -> None:
    if settings.smtp_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("auth") and settings.smtp_security == "none":
        return  # a relay on this machine
    user = settings.smtp_user or settings.user or settings.address
    try:
        server.login(user, settings.smtp_password or settings.password)
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"{settings.smtp_host} does not let {user} in: {error.smtp_code}", REFUSED_S) from None


def _address(server: smtplib.SMTP, sender: str, recipients: list[str]) -> Receipt | None:
    """Name sender and recipients: the first is the customer, who decides; a copy that is not taken does not matter."""
    code, said = server.mail(sender)
    if code != 250:
        return _answered(code, said)
    for place, recipient in enumerate(recipients):
        code, said = server.rcpt(recipient)
        if place == 0 and code not in (250, 251):
            return _answered(code, said)
    return None


def _answered(code: int, said: bytes) -> Receipt | None:
    """None for yes; refused for a final no (5xx). Raises NotSent for a no of the moment (4xx)."""
    if 200 <= code < 300:
        return None
    text = f"{code} {said.decode('utf-8', 'replace')}"[:300]
    if 500 <= code < 600:
        return Receipt(status="refused", detail=text)
    raise NotSent(text, LATER_S)


def _unfolded(raw: bytes) -> bytes:
    """A mail whose ids stand on the line of their name: folded ones are allowed, and lost by some servers."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    return re.sub(rb"(?im)^(Message-ID|In-Reply-To):\s+", rb"\1: ", head) + gap + body


def _stuffed(raw: bytes) -> bytes:
    """A mail as DATA wants it (RFC 5321 4.5.2), with the dot that ends it."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"
