"""Mailbox: what is new in a folder over IMAP, waited for by IDLE, read without touching a flag."""

from __future__ import annotations

import imaplib
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ssl import create_default_context

import imap_tools
import msgspec

from linkloop.worlds.channels.email.settings import EmailSettings
from linkloop.worlds.channels.platform import NotSent

BATCH = 50
MOST_BYTES = 8 << 20  # of a mail; what is longer is read this far
AGAIN_DAYS = 7
logger = logging.getLogger("linkloop.platforms")


class Raw(msgspec.Struct, frozen=True):
    """A mail as it lies in the folder."""

    uid: int
    at: datetime
    body: bytes


class Mailbox:
    """One connection, opened when it is needed and anew after a failure. One thread reads; others may look up."""

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._box: imap_tools.BaseMailBox | None = None

    def news(self, cursor: str, stop: threading.Event) -> tuple[list[Raw], str]:
        """What came since `cursor` ("UIDVALIDITY:UID"), at most BATCH, after waiting for it a while; the next cursor.

        A folder that was built anew (another UIDVALIDITY) is read from AGAIN_DAYS ago: what was here is known by id.
        """
        try:
            box = self._box or self._open()
            self._box = box
            box.client.noop()  # an open folder shows what is new only after that (dovecot)
            validity, following = _status(box, self._settings.folder)
            known, _, last = cursor.partition(":")
            if not cursor and not self._settings.from_start:
                return [], f"{validity}:{following - 1}"
            since = int(last) if known == str(validity) else 0
            uids = self._uids(box, since, again=bool(cursor) and known != str(validity))
            if not uids:
                if cursor.partition(":")[0] == str(validity):
                    self._wait(box, stop)
                return [], f"{validity}:{max(since, following - 1)}" if known != str(validity) else cursor
            found = list(_fetch(box, uids[:BATCH]))
            return found, f"{validity}:{uids[:BATCH][-1]}"
        except (imaplib.IMAP4.error, imap_tools.errors.ImapToolsError, OSError) as error:
            self.close()
            raise NotSent(f"{self._settings.imap_host}: {type(error).__name__}: {_quiet(error)}") from None

    def has(self, message_id: str, folders: tuple[str, ...]) -> bool:
        """Whether one of the folders holds the mail with this id; asked over a connection of its own."""
        box = self._open()
        try:
            for folder in folders:
                if not box.folder.exists(folder):
                    continue
                box.folder.set(folder, readonly=True)
                if box.uids(imap_tools.AND(header=imap_tools.H("Message-ID", message_id))):
                    return True
            return False
        finally:
            _leave(box)

    def close(self) -> None:
        """Let go of the connection."""
        box, self._box = self._box, None
        if box is not None:
            _leave(box)

    def _open(self) -> imap_tools.BaseMailBox:
        one = self._settings
        if one.imap_security == "tls":
            box: imap_tools.BaseMailBox = imap_tools.MailBox(
                one.imap_host, one.imap_port, one.timeout_s, ssl_context=create_default_context()
            )
        elif one.imap_security == "starttls":
            box = imap_tools.MailBoxStartTls(
                one.imap_host, one.imap_port, one.timeout_s, ssl_context=create_default_context()
            )
        else:
            box = imap_tools.MailBoxUnencrypted(one.imap_host, one.imap_port, one.timeout_s)
        box.login(one.user or one.address, one.password, initial_folder=None)
        if "ID" in box.client.capabilities:
            # 163 and 126 let nobody select a folder who has not said what they are (RFC 2971).
            imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED", "NONAUTH"))
            box.client._simple_command("ID", '("name" "linkloop" "version" "1")')
        box.folder.set(one.folder, readonly=True)
        return box

    def _uids(self, box: imap_tools.BaseMailBox, since: int, *, again: bool) -> list[int]:
        if again:
            day = (datetime.now(UTC) - timedelta(days=AGAIN_DAYS)).date()
            found = box.uids(imap_tools.AND(date_gte=day))
        else:
            found = box.uids(imap_tools.AND(uid=imap_tools.U(str(since + 1), "*")))
        # "n:*" always holds the last mail, however small its number is (RFC 3501).
        return sorted(uid for uid in map(int, found) if uid > since)

    def _wait(self, box: imap_tools.BaseMailBox, stop: threading.Event) -> None:
        """Until the server says that something changed, `idle_s` at most."""
        if "IDLE" not in box.client.capabilities:
            stop.wait(min(30, self._settings.idle_s))
            return
        box.idle.start()
        try:
            for _ in range(max(1, self._settings.idle_s * 2)):
                if stop.is_set() or box.idle.poll(timeout=0.5):
                    break
        finally:
            box.idle.stop()


def _status(box: imap_tools.BaseMailBox, folder: str) -> tuple[int, int]:
    """(UIDVALIDITY, the next UID) of a folder."""
    found = box.folder.status(folder, [imap_tools.MailBoxFolderStatusOptions.UIDVALIDITY,
                                       imap_tools.MailBoxFolderStatusOptions.UIDNEXT])  # fmt: skip
    return int(found["UIDVALIDITY"]), int(found["UIDNEXT"])


def _fetch(box: imap_tools.BaseMailBox, uids: list[int]) -> Iterator[Raw]:
    for uid in uids:
        status, data = box.client.uid("FETCH", str(uid), f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)")
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH: {status}")
        for item in data:
            if isinstance(item, tuple) and len(item) == 2:
                around = b" ".join(one if isinstance(one, bytes) else one[0] for one in data if one)
                yield Raw(uid, _date(around), item[1])
                break  # a mail that was deleted meanwhile has no item at all


def _date(said: bytes) -> datetime:
    """The moment when the server got a mail: a sender's own Date may say anything."""
    found = re.search(rb'INTERNALDATE "([^"]+)"', said)
    try:
        if found:
            return datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        pass
    return datetime.now(UTC)


def _leave(box: imap_tools.BaseMailBox) -> None:
    with suppress(imaplib.IMAP4.error, OSError):
        box.client.shutdown()


def _quiet(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error))[:200]
