"""Writing: our answer as a mail that joins its thread, says whether a machine wrote it, and carries its own key."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec

from linkloop.worlds.channels.email.reading import Context
from linkloop.worlds.channels.email.settings import EmailSettings
from linkloop.worlds.channels.platform import Part

_RE = re.compile(r"^\s*(?:re|回复|答复)\s*[:：]", re.IGNORECASE)


def message_id(part: Part, settings: EmailSettings) -> str:
    """The id of the mail that a part becomes: a function of the effect alone, so that it can be looked up."""
    thread = part.conversation_id.rpartition(":")[2]
    key = re.sub(r"[^\w.]", "_", part.key)
    return f"<{key}.t{thread}@{settings.domain}>"


def write_mail(part: Part, settings: EmailSettings) -> EmailMessage:
    """The mail of a part."""
    context = msgspec.json.decode(part.context or b"{}", type=Context)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=76))
    mail["Message-ID"] = message_id(part, settings)
    mail["Date"] = format_datetime(datetime.now(UTC))
    own, _, domain = settings.address.rpartition("@")
    mail["From"] = Address(settings.name, own, domain)
    local, _, host = part.address.rpartition("@")
    mail["To"] = Address("", local, host)
    subject = re.sub(r"[\x00-\x1f\x7f]+", " ", context.subject).strip()
    mail["Subject"] = subject if _RE.match(subject) else f"Re: {subject}".strip()
    if context.message_id:
        mail["In-Reply-To"] = context.message_id
    if context.references:
        mail["References"] = " ".join(context.references)
    if part.author == "bot":
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Loop"] = settings.address
    mail.set_content(part.text, charset="utf-8", cte="base64" if not part.text.isascii() else None)
    return mail
