"""The mail channel against a real IMAP server (dovecot where it is installed) and a real SMTP server, over sockets."""

from __future__ import annotations

import shutil
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import Message, MessageReceived, Reply
from linkloop.core.action import Errand, effect_key
from linkloop.core.clock import RealClock
from linkloop.core.money import Money
from linkloop.core.world import Setup
from linkloop.worlds.channels import ChannelsWorld, open_world
from linkloop.worlds.channels.platform import NotSent, Part
from tests.worlds.channels.doubles.imap_server import ImapDouble
from tests.worlds.channels.doubles.mail_server import ADDRESS, DOVECOT, PASSWORD, Dovecot, SmtpDouble
from tests.worlds.channels.logbook import Logbook

MX = "mx.shop.example"
FIRST = b"""From: =?utf-8?B?5a6J5aau?= <Ann@Example.com>\r
To: service@shop.example\r
Subject: =?utf-8?B?6K6i5Y2VIDQ3MTE=?=\r
Message-ID: <first@example.com>\r
Authentication-Results: mx.shop.example; dmarc=pass header.from=example.com\r
\r
Where is my parcel?\r
"""


class Post:
    """A shop with one mailbox, read by hand (`pull`) unless `start`ed."""

    def __init__(self, imap: Any, folder: Path, tls: Any = None, **more: Any) -> None:
        self.imap, self.folder = imap, folder
        self.smtp = SmtpDouble(imap, saves_sent=more.get("saves_sent") == "server", tls=tls)
        self.options = {
            "kind": "email", "address": ADDRESS, "name": "客服", "password": PASSWORD, "authserv": MX,
            "from_start": True, "imap_host": "127.0.0.1", "imap_port": imap.port, "imap_security": "none",
            "smtp_host": "127.0.0.1", "smtp_port": self.smtp.port, "smtp_security": "none", "idle_s": 0, "timeout_s": 5,
            **more,
        }  # fmt: skip
        self.logbook = Logbook()
        self.world = self._open()

    def _open(self) -> ChannelsWorld:
        setup = Setup(folder=str(self.folder), shop="s", zone="UTC", currency="CNY",
                      options={"platforms": {"mail": self.options}})  # fmt: skip
        world = open_world(setup)
        self.account = world.platforms.account("mail")
        self.account.taking.start(self.logbook, RealClock())
        self.account.sending.start(self.logbook, RealClock())
        return world

    def again(self) -> None:
        self.world.close()
        self.world = self._open()

    def pull(self) -> None:
        assert self.account.pulling is not None
        try:
            self.account.pulling.once()
        except NotSent:  # the server hung up on a folder that changed under it: the thread would ask again
            self.account.pulling.once()

    @property
    def heard(self) -> list[MessageReceived]:
        return [one for one in self.logbook.said if isinstance(one, MessageReceived)]

    def reply(self, text: str, author: Any = "bot") -> Errand:
        heard = self.heard[-1]
        action = Reply(at_risk=Money(0, "CNY"), conversation_id=heard.conversation_id, in_reply_to=heard.message_id,
                       channel="mail", customer_id="", text=text, author=author)  # fmt: skip
        return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")

    def close(self) -> None:
        self.world.stop()
        self.world.close()
        self.smtp.close()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    root = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    server = Dovecot(root)
    yield server
    server.close()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(params=["small", pytest.param("dovecot", marks=pytest.mark.skipif(not DOVECOT, reason="no dovecot"))])
def imap(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "dovecot":
        server = request.getfixturevalue("dovecot")
        server.empty()
        yield server
    else:
        double = ImapDouble()
        yield double
        double.close()


@pytest.fixture
def post(imap: Any, tmp_path: Path) -> Iterator[Post]:
    one = Post(imap, tmp_path)
    yield one
    one.close()


def sent(post: Post) -> list[Any]:
    return [message_from_bytes(raw, policy=policy.default) for raw in post.smtp.sent]


def test_a_mail_is_heard_with_who_wrote_it(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    contact, message, heard = post.logbook.said
    assert isinstance(contact, Contact)
    assert isinstance(message, Message)
    assert isinstance(heard, MessageReceived)
    assert (contact.name, contact.address, contact.keys, contact.proven) == (
        "安妮", "ann@example.com", ("email:ann@example.com",), True,
    )  # fmt: skip
    assert heard.text == "订单 4711\n\nWhere is my parcel?"
    assert heard.contact_id == "mail:ann@example.com"
    assert heard.conversation_id.startswith("mail:ann@example.com:")
    assert abs((heard.at - datetime.now(UTC)).total_seconds()) < 60


def test_a_mail_is_read_once_however_often_the_folder_is(post: Post) -> None:
    post.imap.add(FIRST)
    post.imap.add(FIRST.replace(b"<first@example.com>", b"<second@example.com>"))
    post.imap.add(FIRST)  # the same mail by another way
    post.pull()
    post.pull()
    post.again()
    post.pull()
    assert len(post.heard) == 2
    post.account.outbook.move("")  # the cursor is lost: everything is read again, and known
    post.pull()
    assert len(post.heard) == 2


def test_a_folder_that_was_built_anew_is_read_again_and_doubles_nothing(post: Post) -> None:
    post.imap.add(FIRST, "INBOX")
    post.pull()
    before = post.account.outbook.cursor()
    post.imap.rebuild()
    post.imap.add(FIRST.replace(b"<first@", b"<second@"), "INBOX")
    post.pull()
    after = post.account.outbook.cursor()
    assert before.partition(":")[0] != after.partition(":")[0]
    assert len(post.heard) == 2


def test_without_a_log_the_cursor_stays_where_it_was(post: Post) -> None:
    post.imap.add(FIRST)
    post.logbook.refusing = True
    with pytest.raises(OSError, match="disk full"):
        post.pull()
    post.logbook.refusing = False
    post.again()
    post.pull()
    assert len(post.heard) == 1


def test_by_default_only_what_comes_from_now_on_is_read(imap: Any, tmp_path: Path) -> None:
    imap.add(FIRST)
    post = Post(imap, tmp_path, from_start=False)
    post.pull()
    imap.add(FIRST.replace(b"<first@", b"<second@"))
    post.pull()
    assert [one.text for one in post.heard] == ["订单 4711\n\nWhere is my parcel?"]
    post.close()


def test_a_mail_that_comes_while_it_waits_is_heard_at_once_and_it_stops_at_once(imap: Any, tmp_path: Path) -> None:
    post = Post(imap, tmp_path, idle_s=60)
    assert post.account.pulling is not None
    post.account.pulling.start()
    imap.add(FIRST)
    until = time.monotonic() + 15
    while not post.heard and time.monotonic() < until:
        time.sleep(0.02)
    assert len(post.heard) == 1
    imap.add(FIRST.replace(b"<first@", b"<second@"))
    while len(post.heard) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert len(post.heard) == 2
    began = time.monotonic()
    post.close()
    assert time.monotonic() - began < 3
    assert [one.name for one in threading.enumerate() if one.name == "pull-mail"] == []


def test_a_wrong_password_is_told_without_the_password_and_not_tried_in_a_hurry(imap: Any, tmp_path: Path) -> None:
    post = Post(imap, tmp_path, password="wrong-secret-1")
    pulling = post.account.pulling
    assert pulling is not None
    pulling.start()
    until = time.monotonic() + 15
    while not pulling.problem and time.monotonic() < until:
        time.sleep(0.02)
    assert "127.0.0.1" in pulling.problem
    assert "wrong-secret-1" not in pulling.problem
    post.close()


# -- answers


def test_an_answer_joins_the_thread_and_the_customers_next_mail_too(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    errand = post.reply("您的包裹在路上 📦\n.\n一行")
    receipt = post.world.perform(errand)
    assert receipt.status == "done"
    assert post.world.perform(errand) == receipt
    (mail,) = sent(post)
    assert post.smtp.recipients == [["ann@example.com", ADDRESS]]
    assert mail["Subject"] == "Re: 订单 4711"
    assert mail["To"] == "ann@example.com"
    assert str(mail["From"]) == f"客服 <{ADDRESS}>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<first@example.com>", "<first@example.com>")
    assert mail["Message-ID"] == receipt.reference
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail.get_content().replace("\r\n", "\n").strip() == "您的包裹在路上 📦\n.\n一行"
    # a client that forgot all of the thread but our own id
    post.imap.add(
        b"From: ann@example.com\r\nSubject: Re: x\r\nMessage-ID: <third@example.com>\r\nIn-Reply-To: "
        + receipt.reference.encode()
        + b"\r\nAuthentication-Results: mx.shop.example; dmarc=pass header.from=example.com\r\n\r\nThanks\r\n"
        b"\r\nOn Mon, 2 Mar 2026, service wrote:\r\n> Your parcel\r\n"
    )  # fmt: skip
    post.pull()
    assert [one.text for one in post.heard][1:] == ["Thanks"]
    assert post.heard[0].conversation_id == post.heard[1].conversation_id


def test_our_own_copy_in_the_mailbox_is_not_answered(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    post.world.perform(post.reply("在路上"))
    post.pull()
    assert len(post.heard) == 1


def test_a_persons_answer_says_no_machine_wrote_it(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    post.world.perform(post.reply("我来看一下", "person"))
    assert sent(post)[0]["Auto-Submitted"] is None
    assert [one.author for one in post.logbook.said if isinstance(one, Message)] == ["customer", "person"]


@pytest.mark.parametrize("saves", ["copy", "server"])
def test_a_mail_without_an_answer_is_found_in_the_mailbox(imap: Any, tmp_path: Path, saves: str) -> None:
    post = Post(imap, tmp_path, saves_sent=saves)
    imap.add(FIRST)
    post.pull()
    post.smtp.moods = ["lost after"]
    errand = post.reply("在路上")
    assert post.world.perform(errand).status == "unknown"
    assert post.world.settled(errand.key) is None
    assert post.world.perform(errand).status == "done"
    assert len(post.smtp.sent) == 1
    post.close()


def test_a_mail_that_is_nowhere_is_sent_again_only_where_that_is_certain(imap: Any, tmp_path: Path) -> None:
    for saves, later in (("server", None), ("copy", True), ("never", True)):
        folder = tmp_path / saves
        folder.mkdir()
        post = Post(imap, folder, saves_sent=saves)
        imap.add(FIRST.replace(b"<first@", f"<{saves}@".encode()))
        post.pull()
        post.smtp.imap = None  # the text arrives, and is lost with the server
        post.smtp.moods = ["lost after"]
        errand = post.reply("在路上")
        assert post.world.perform(errand).status == "unknown"
        soon = post.world.settled(errand.key)
        assert soon is not None
        assert soon.gives_up is (saves == "never")
        if saves != "never":
            long_after = time.monotonic() + 4000
            post.account.sending.monotonic = lambda at=long_after: at
            post.account.sending.now_s = lambda: time.time() + 4000
            found = post.world.settled(errand.key)
            assert (found and found.gives_up) is later
        assert len(post.smtp.sent) == 1
        post.close()


@pytest.mark.parametrize("mood", ["busy", "lost before", "broken"])
def test_what_was_certainly_not_sent_is_sent_again_later(post: Post, mood: str) -> None:
    post.imap.add(FIRST)
    post.pull()
    post.smtp.moods = [mood]
    errand = post.reply("在路上")
    assert post.world.perform(errand).status == "unknown"
    waiting = post.world.settled(errand.key)
    assert waiting is not None
    assert waiting.status == "unknown"
    assert post.smtp.sent == []
    later = time.monotonic() + 4000
    post.account.sending.monotonic = lambda: later
    assert post.world.settled(errand.key) is None
    assert post.world.perform(errand).status == "done"
    assert len(post.smtp.sent) == 1


def test_an_address_that_there_is_not_is_refused(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    post.smtp.moods = ["refused"]
    errand = post.reply("在路上")
    refused = post.world.perform(errand)
    assert (refused.status, refused.detail[:3]) == ("refused", "550")
    assert post.world.perform(errand) == refused
    assert post.smtp.sent == []


def test_a_server_that_is_away_has_sent_nothing(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    post.smtp.close()
    errand = post.reply("在路上")
    receipt = post.world.perform(errand)
    assert (receipt.status, receipt.detail[:8]) == ("unknown", "not sent")
    assert post.account.outbook.unclear(errand.key, 0) == []


def test_a_mail_that_comes_back_is_told_to_a_person(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    receipt = post.world.perform(post.reply("在路上"))
    post.imap.add(
        b'From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nContent-Type: multipart/report; report-type='
        b'delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: '
        b"message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ann@example.com\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + receipt.reference.encode() + b"\r\n\r\n--b--\r\n"
    )  # fmt: skip
    post.pull()
    assert len(post.heard) == 1
    counts = post.account.taking.counts
    assert (counts.undelivered, counts.last_undelivered) == (1, "the mail came back: it could not be delivered")


def test_what_only_claims_to_come_from_somebody_never_joins_their_conversation(post: Post) -> None:
    post.imap.add(FIRST)
    post.pull()
    forged = FIRST.replace(b"<first@example.com>", b"<evil@example.net>").replace(
        b"Authentication-Results: mx.shop.example; dmarc=pass",
        b"References: <first@example.com>\r\nAuthentication-Results: mx.shop.example; dmarc=fail",
    )
    post.imap.add(forged)
    post.pull()
    true, false = post.heard
    assert true.conversation_id != false.conversation_id
    assert false.contact_id == "mail:unproven:ann@example.com"
    contacts = [one for one in post.logbook.said if isinstance(one, Contact)]
    assert [one.proven for one in contacts] == [True, False]


# -- with TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that its own key signed, with that key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def encrypted(certificate: Path, tmp_path: Path) -> Iterator[Post]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    imap = ImapDouble(tls)
    post = Post(imap, tmp_path, tls, imap_security="tls", smtp_security="tls")
    yield post
    post.close()
    imap.close()


def test_a_server_that_nobody_vouches_for_is_never_told_the_password(encrypted: Post) -> None:
    encrypted.imap.add(FIRST)
    with pytest.raises(NotSent):
        encrypted.pull()
    assert "LOGIN" not in encrypted.imap.commands
    part = Part(key="k1", address="ann@example.com", text="hi", conversation_id="mail:ann@example.com:0")
    with pytest.raises(NotSent):
        encrypted.account.platform.send(part)
    assert encrypted.smtp.sent == []


def test_over_tls_a_mail_is_read_and_answered(
    encrypted: Post, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(
        "smtplib.SMTP.login", lambda self, user, password: None
    )  # aiosmtpd offers it under STARTTLS only
    encrypted.imap.add(FIRST)
    encrypted.pull()
    assert encrypted.world.perform(encrypted.reply("在路上")).status == "done"
    assert len(encrypted.smtp.sent) == 1
