"""A mail server of our own: Debian's dovecot or a small IMAP server to read from, aiosmtpd to send to."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ADDRESS, PASSWORD = "service@shop.example", "imap-secret-0123456789"
DOVECOT = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
_CONFIG = """
base_dir = {root}/run
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = {login}
default_internal_user = {user}
default_internal_group = {group}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
mail_privileged_group =
mail_location = maildir:{root}/mail
mailbox_list_index = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = home={root}/home
}}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Dovecot:
    """A dovecot of our own on a free port, with one mailbox."""

    def __init__(self, root: Path) -> None:
        self.root, self.port = root, free_port()
        # The names of its sockets must be short, so it lives in /tmp and not in a test's long folder.
        for name in ("run", "home", "mail"):
            (root / name).mkdir(parents=True)
        config = root / "dovecot.conf"
        ids = _ids(root)
        config.write_text(_CONFIG.format(root=root, port=self.port, password=PASSWORD, **ids))
        self._process = subprocess.Popen(
            [str(DOVECOT), "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                self.client().logout()
                return
            except (OSError, imaplib.IMAP4.error):
                if time.monotonic() > until or self._process.poll() is not None:
                    self.close()
                    raise RuntimeError((root / "log").read_text() if (root / "log").exists() else "dovecot") from None
                time.sleep(0.05)

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(ADDRESS, PASSWORD)
        return client

    def add(self, raw: bytes, folder: str = "INBOX") -> None:
        client = self.client()
        client.create(folder)
        client.append(folder, "", imaplib.Time2Internaldate(time.time()), raw)
        client.logout()

    def empty(self) -> None:
        """Nothing is left in any folder."""
        client = self.client()
        for folder in ("INBOX", "Sent"):
            client.create(folder)
            if client.select(folder)[1] != [b"0"]:
                client.store("1:*", "+FLAGS", "\\Deleted")
                client.expunge()
        client.logout()

    def rebuild(self) -> None:
        """The folder is made anew: its numbers start again under another UIDVALIDITY."""
        client = self.client()
        client.select("INBOX")
        _, found = client.search(None, "ALL")
        mails = [client.fetch(number, "(RFC822)")[1][0][1] for number in found[0].split()]
        client.logout()
        # What an administrator does whose index is broken.
        for path in self.root.glob("mail/dovecot*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(self.root / "mail" / "cur")
        time.sleep(1.1)  # UIDVALIDITY is the second in which the folder was made
        for raw in mails:
            self.add(raw)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def _ids(root: Path) -> dict[str, str]:
    """Who the server runs as: its own users where we are root, who must own the mail; else ourselves."""
    if os.getuid() == 0:
        for path in (root, *root.rglob("*")):
            shutil.chown(path, "dovecot", "dovecot")
        return {"login": "dovenull", "user": "dovecot", "group": "dovecot"}
    user = pwd.getpwuid(os.getuid()).pw_name
    return {"login": user, "user": user, "group": grp.getgrgid(os.getgid()).gr_name}


class SmtpDouble:
    """A real SMTP server. What it takes goes to the folders that a mail server would put it into.

    `moods`: "done", "refused" (550 for the recipient), "busy" (451 after the text), "lost before" (hangs up before the
    text), "lost after" (takes it and hangs up without an answer), "broken" (421 at the start).
    """

    def __init__(self, imap: Any = None, *, saves_sent: bool = False, tls: Any = None) -> None:
        self.moods: list[str] = []
        self.sent: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.imap, self.saves_sent = imap, saves_sent
        self._controller = Controller(self, hostname="127.0.0.1", port=0, ssl_context=tls)
        self._controller.port = free_port()
        self._controller.start()
        self.port = self._controller.port

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        mood = self.moods[0] if self.moods else "done"
        if mood == "broken":
            self.moods.pop(0)
            return "421 service not available"
        if address != ADDRESS:
            return "553 sender address rejected: not owned by user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        mood = self.moods[0] if self.moods else "done"
        if mood == "refused":
            self.moods.pop(0)
            return "550 5.1.1 no such user"
        if mood == "lost before":
            self.moods.pop(0)
            server.transport.abort()
            return "421 gone"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self.moods.pop(0) if self.moods else "done"
        if mood == "busy":
            return "451 4.7.1 try again later"
        raw = envelope.content
        assert isinstance(raw, bytes)
        lines = raw.split(b"\r\n")
        if any(len(line) > 998 for line in lines):
            return "554 line too long (RFC 5322 2.1.1)"
        mail = message_from_bytes(raw)
        if any(len(mail.get_all(name, [])) != 1 for name in ("From", "Date", "Message-ID", "To")):
            return "554 a header is missing or doubled (RFC 5322 3.6)"
        if mail.defects:
            return f"554 {mail.defects}"
        self.sent.append(raw)
        self.recipients.append(envelope.rcpt_tos)
        if self.imap is not None:
            if self.saves_sent:
                self.imap.add(raw, "Sent")
            if ADDRESS in envelope.rcpt_tos:
                self.imap.add(b"Return-Path: <" + ADDRESS.encode() + b">\r\n" + raw)
        if mood == "lost after":
            server.transport.abort()
        return "250 OK"

    def close(self) -> None:
        if self._controller.server is not None:
            self._controller.stop()
