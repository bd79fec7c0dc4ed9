"""E-mail: a mailbox read over IMAP and written from over SMTP, thread by thread."""

from __future__ import annotations

import logging
import smtplib
import threading
from pathlib import Path
from typing import ClassVar

from linkloop.core.action import Receipt
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.worlds.channels.email.mailbox import Mailbox, Raw
from linkloop.worlds.channels.email.post import post
from linkloop.worlds.channels.email.reading import NoMessage, read_mail
from linkloop.worlds.channels.email.settings import EmailSettings
from linkloop.worlds.channels.email.writing import message_id, write_mail
from linkloop.worlds.channels.platform import Item, Outcome, Part, Platform, WebRequest

LOOK_S = 900.0  # so long a copy of our own mail may be on its way
SERVER_S = 60.0
logger = logging.getLogger("linkloop.platforms")


class Email(Platform):
    """One mailbox."""

    kind: ClassVar[str] = "email"
    pulls = True
    limit: ClassVar[int] = 100_000

    def __init__(self, name: str, settings: EmailSettings) -> None:
        self.name = name
        self.settings = settings
        self._mailbox = Mailbox(settings)

    def verify(self, request: WebRequest) -> None:
        raise NotFound(
            "platform.method",
            Text(en=f"{self.name} takes no webhook", zh=f"{self.name} 不接收 Webhook"),
            where=self.name,
        )

    def read(self, request: WebRequest) -> list[Item]:
        return []

    def pull(self, cursor: str, stop: threading.Event) -> tuple[list[Item], str]:
        try:
            found, following = self._mailbox.news(cursor, stop)
        finally:
            if stop.is_set():
                self._mailbox.close()
        return [item for raw in found for item in self._items(raw)], following

    def _items(self, raw: Raw) -> list[Item]:
        try:
            return [read_mail(raw.body, raw.at, self.settings)]
        except NoMessage as error:
            logger.info("%s: mail %s is not answered: %s", self.name, raw.uid, error)
            if error.bounced:
                receipt = Receipt(status="refused", detail="the mail came back: it could not be delivered")
                return [Outcome(receipt=receipt, reference=error.bounced, state="failed")]
        except Exception:
            # One mail that nobody can read must not stop all that come after it.
            logger.exception("%s: mail %s could not be read; it stays in its folder", self.name, raw.uid)
        return []

    def send(self, part: Part) -> Receipt:
        copy = [self.settings.address] if self.settings.saves_sent == "copy" else []
        try:
            return post(write_mail(part, self.settings), [part.address, *copy], self.settings)
        except (smtplib.SMTPException, OSError) as error:
            return Receipt(status="unknown", detail=f"no answer at the end of the mail: {type(error).__name__}")

    def look_up(self, part: Part) -> Receipt | None:
        if self.settings.saves_sent == "never":
            return super().look_up(part)
        folders = (self.settings.sent, self.settings.folder)
        if self._mailbox.has(message_id(part, self.settings), folders):
            return Receipt(status="done", reference=message_id(part, self.settings), detail="found in the mailbox")
        if self.settings.saves_sent == "server" and part.age_s > SERVER_S:
            return None
        if part.age_s > LOOK_S:
            return super().look_up(part)
        return Receipt(status="unknown", detail="not in the mailbox yet")

    def close(self) -> None:
        """The reading thread sees that the shop stops and closes its own connection."""


SETTINGS = EmailSettings


def open_platform(name: str, settings: EmailSettings, folder: Path) -> Email:
    """A mailbox; nothing is connected yet."""
    return Email(name, settings)
