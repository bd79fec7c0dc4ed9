"""A small IMAP server (RFC 3501, RFC 2177) for machines without dovecot: it checks what our mailbox asks."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

from tests.worlds.channels.doubles.mail_server import ADDRESS, PASSWORD


class ImapDouble:
    """`folders` holds (uid, when, mail); a client that speaks out of turn is told BAD."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.folders: dict[str, list[tuple[int, datetime, bytes]]] = {"INBOX": [], "Sent": []}
        self.validity = {"INBOX": 1000, "Sent": 1001}
        self.commands: list[str] = []
        self.changed = threading.Condition()
        double = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if tls is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                _Session(double, self.rfile, self.wfile).run()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that distrusts us hangs up
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, raw: bytes, folder: str = "INBOX") -> None:
        with self.changed:
            mails = self.folders[folder]
            mails.append((mails[-1][0] + 1 if mails else 1, datetime.now(UTC), raw))
            self.changed.notify_all()

    def rebuild(self, folder: str = "INBOX") -> None:
        """The folder is made anew: its numbers start again under another UIDVALIDITY."""
        with self.changed:
            kept = self.folders[folder]
            self.folders[folder] = [(n, at, raw) for n, (_, at, raw) in enumerate(kept, 1)]
            self.validity[folder] += 10

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Session:
    def __init__(self, double: ImapDouble, reader: Any, writer: Any) -> None:
        self.double, self.reader, self.writer = double, reader, writer
        self.known = False
        self.folder = ""

    def run(self) -> None:
        try:
            self.say("* OK [CAPABILITY IMAP4rev1 IDLE ID] ready")
            while line := self.reader.readline():
                tag, _, rest = line.decode("utf-8").rstrip("\r\n").partition(" ")
                if not self.command(tag, rest):
                    return
        except OSError:
            return

    def command(self, tag: str, rest: str) -> bool:
        name, _, given = rest.partition(" ")
        name = name.upper()
        if name == "UID":
            inner, _, given = given.partition(" ")
            name = f"UID {inner.upper()}"
        self.double.commands.append(name)
        if name == "LOGOUT":
            self.say("* BYE", f"{tag} OK")
            return False
        if name in ("CAPABILITY", "LOGIN", "ID", "NOOP"):
            pass
        elif not self.known:
            self.say(f"{tag} BAD not signed in")
            return True
        elif name.startswith("UID") and not self.folder:
            self.say(f"{tag} BAD no folder is selected")
            return True
        method = getattr(self, "do_" + name.replace(" ", "_").lower(), None)
        answer = method(given, tag) if method else "BAD unknown command"
        self.say(f"{tag} {answer or 'OK done'}")
        return True

    def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        self.writer.flush()

    @property
    def mails(self) -> list[tuple[int, datetime, bytes]]:
        return self.double.folders[self.folder]

    def do_capability(self, given: str, tag: str) -> None:
        self.say("* CAPABILITY IMAP4rev1 IDLE ID")

    def do_noop(self, given: str, tag: str) -> None:
        pass

    def do_id(self, given: str, tag: str) -> str | None:
        if not re.fullmatch(r'\((?:"[^"]*" ?)+\)', given):
            return "BAD a list of strings is expected"
        self.say("* ID NIL")
        return None

    def do_login(self, given: str, tag: str) -> str | None:
        user, password = (one.strip('"') for one in given.split(" ", 1))
        if (user, password) != (ADDRESS, PASSWORD):
            return "NO [AUTHENTICATIONFAILED] wrong"
        self.known = True
        return None

    def do_examine(self, given: str, tag: str) -> str | None:
        name = given.strip('"')
        if name not in self.double.folders:
            return "NO no such folder"
        self.folder = name
        self.say(f"* {len(self.mails)} EXISTS", f"* OK [UIDVALIDITY {self.double.validity[name]}]")
        return "OK [READ-ONLY] done"

    def do_status(self, given: str, tag: str) -> None:
        name = given.partition(" (")[0].strip('"')
        mails = self.double.folders[name]
        following = mails[-1][0] + 1 if mails else 1
        self.say(f'* STATUS "{name}" (UIDVALIDITY {self.double.validity[name]} UIDNEXT {following})')

    def do_list(self, given: str, tag: str) -> None:
        wanted = given.rpartition(" ")[2].strip('"')
        for name in self.double.folders:
            if wanted in ("*", name):
                self.say(f'* LIST () "/" "{name}"')

    def do_uid_search(self, given: str, tag: str) -> str | None:
        given = re.sub(r"^CHARSET \S+ ", "", given)
        found = []
        for uid, at, raw in self.mails:
            if among := re.search(r"UID (\d+):\*", given):
                last = self.mails[-1][0]
                matches = uid >= int(among[1]) or uid == last  # the last one always belongs to "n:*"
            elif since := re.search(r"SINCE (\d+-\w+-\d+)", given):
                matches = at.date() >= datetime.strptime(since[1], "%d-%b-%Y").date()
            elif header := re.search(r'HEADER "?([\w-]+)"? "([^"]+)"', given):
                matches = header[2].lower() in str(message_from_bytes(raw).get(header[1], "")).lower()
            else:
                return "BAD what is to be searched?"
            if matches:
                found.append(str(uid))
        self.say("* SEARCH " + " ".join(found))
        return None

    def do_uid_fetch(self, given: str, tag: str) -> str | None:
        asked = re.fullmatch(r"(\d+) \(INTERNALDATE BODY\.PEEK\[\]<0\.(\d+)>\)", given)
        if not asked:
            return "BAD only INTERNALDATE and BODY.PEEK[] are read: no flag may change"
        for place, (uid, at, raw) in enumerate(self.mails, 1):
            if uid == int(asked[1]):
                body = raw[: int(asked[2])]
                when = at.strftime("%d-%b-%Y %H:%M:%S +0000")
                head = f'* {place} FETCH (UID {uid} INTERNALDATE "{when}" BODY[]<0> {{{len(body)}}}\r\n'
                self.writer.write(head.encode() + body + b")\r\n")
        return None

    def do_idle(self, given: str, tag: str) -> str | None:
        self.say("+ idling")
        stop = threading.Event()

        def tell() -> None:
            before = len(self.mails)
            while not stop.is_set():
                with self.double.changed:
                    self.double.changed.wait(0.1)
                    now = len(self.mails)
                if now != before and not stop.is_set():
                    before = now
                    self.say(f"* {now} EXISTS")

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        line = self.reader.readline().decode().strip().upper()
        stop.set()
        teller.join()
        return None if line == "DONE" else "BAD DONE is expected"
