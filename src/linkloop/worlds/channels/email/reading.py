"""Reading: one raw mail, however dirty, as the message of a customer; or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from hashlib import blake2b

import msgspec

from linkloop.worlds.channels.email.markup import text_of
from linkloop.worlds.channels.email.proof import proven
from linkloop.worlds.channels.email.quoting import fresh
from linkloop.worlds.channels.email.robots import bounced, why_robot
from linkloop.worlds.channels.email.settings import EmailSettings, is_address
from linkloop.worlds.channels.platform import Inbound

# What a charset is called by those who mean a wider one, and what an unnamed one may be.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ks_c_5601-1987": "cp949",
          "iso-8859-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "big5": "big5hkscs", "unicode": "utf-8",
          "utf8": "utf-8", "unknown-8bit": "utf-8", "default": "utf-8"}  # fmt: skip
_GUESSES = ("utf-8", "gb18030", "cp1252")
_ID = re.compile(r"<[^<>\s]{1,250}>")
_RE = re.compile(r"^(?:\s*(?:re|aw|sv|antw|回复|答复|回覆|回|转发|fwd?|wg)\s*(?:\[\d+\])?\s*[:：])+\s*", re.IGNORECASE)
_TEXT = 200_000
_REFERENCES = 20


class Context(msgspec.Struct, frozen=True):
    """What an answer needs of the mail that it answers."""

    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()


class NoMessage(Exception):
    """A mail that is not a customer's message. `bounced` is the id of a mail of ours that did not arrive."""

    def __init__(self, why: str, bounced: str = "") -> None:
        super().__init__(why)
        self.bounced = bounced


def read_mail(raw: bytes, at: datetime, settings: EmailSettings) -> Inbound:
    """The message in a mail that came in at `at`. Raises NoMessage."""
    mail = message_from_bytes(raw)
    senders = getaddresses(raw_headers(mail, "From"))
    name, address = next(((name, one.strip()) for name, one in senders if is_address(one.strip())), ("", ""))
    subject = header(mail, "Subject")
    if failed := bounced(mail, settings.domain):
        raise NoMessage("a delivery report", failed)
    if not address:
        raise NoMessage("no sender to answer")
    if why := why_robot(mail, address, subject, settings.address):
        raise NoMessage(why)
    address = address.lower()
    believed = len(senders) == 1 and proven(mail, address, settings.authserv)
    own_id = next(iter(_ID.findall(str(mail.get("Message-ID", "")))), "")
    references = list(dict.fromkeys(_ID.findall(f"{mail.get('References', '')} {mail.get('In-Reply-To', '')}")))
    text = fresh(text_in(mail))[:_TEXT]
    bare = _RE.sub("", subject).strip()
    if bare and not references and bare.casefold() not in text[: len(bare) + 40].casefold():
        text = f"{bare}\n\n{text}".strip()
    return Inbound(
        # The same mail reaches a mailbox by several ways; one sender's id says nothing of another's.
        message_id=digest(own_id or raw.hex(), address),
        address=address,
        who="" if believed else f"unproven:{address}",
        at=at,
        text=text,
        media=tuple(attachments(mail)),
        name=decoded(name)[:100],
        language=str(mail.get("Content-Language", ""))[:20].strip(),
        keys=(f"email:{address}",),
        proven=believed,
        thread=thread_of(references, own_id or digest(raw.hex()), settings.domain),
        context=msgspec.json.encode(
            Context(subject[:200], own_id, tuple([*references, *([own_id] if own_id else [])][-_REFERENCES:]))
        ).decode(),
    )


def thread_of(references: list[str], own_id: str, domain: str) -> str:
    """One name for all mails of a thread: ours carry it in their id, so that it survives a client that forgets."""
    for reference in references:
        if found := re.fullmatch(rf"<[\w.]{{1,80}}\.t([0-9a-f]{{16}})@{re.escape(domain)}>", reference, re.IGNORECASE):
            return found[1].lower()
    return digest(references[0] if references else own_id)[:16]


def digest(*parts: str) -> str:
    """A short name for texts of any length."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def text_in(mail: Message) -> str:
    """The text of a mail: its plain parts, else its HTML; of alternatives the first plain one that says anything."""
    plain = [decode(part) for part in _bodies(mail, "text/plain")]
    if any(one.strip() for one in plain):
        return "\n".join(one for one in plain if one.strip())
    return "\n".join(text_of(decode(part)) for part in _bodies(mail, "text/html"))


def attachments(mail: Message) -> Iterator[str]:
    """The names of what is attached; a nameless one gets its type."""
    for part in _leaves(mail):
        name = decoded(part.get_filename() or "")
        disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()
        kind = part.get_content_type()
        if disposition == "attachment" or name or not kind.startswith(("text/", "multipart/")):
            clean = re.split(r"[/\\]", name)[-1]
            yield clean or kind


def decode(part: Message) -> str:
    """The text of a part in whatever charset it really is."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload() or "")
    return from_bytes(payload[: 4 * _TEXT], str(part.get_content_charset() or ""))


def from_bytes(payload: bytes, charset: str) -> str:
    """Bytes as text: by the charset they name if they hold to it, else by the first guess that fits."""
    named = charset.lower().strip("'\" ")
    for guess in (_WIDER.get(named, named), *_GUESSES):
        try:
            return payload.decode(guess)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return payload.decode(_WIDER.get(named, "utf-8") if named else "utf-8", "replace")


def header(mail: Message, name: str) -> str:
    """A header as text on one line."""
    return decoded(next(iter(raw_headers(mail, name)), ""))


def raw_headers(mail: Message, name: str) -> list[str]:
    """Every header of a name as it came; bytes that nobody encoded are surrogates."""
    return [str(value) for found, value in mail.raw_items() if found.lower() == name.lower()]


def decoded(text: str) -> str:
    """Encoded words (RFC 2047) and raw bytes in a header, as text."""
    text = re.sub(r"\s+", " ", text).strip()
    if any("\udc80" <= char <= "\udcff" for char in text):  # bytes that nobody encoded
        return from_bytes(text.encode("ascii", "surrogateescape"), "")
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    found = "".join(
        from_bytes(piece, charset or "") if isinstance(piece, bytes) else piece for piece, charset in pieces
    )
    return re.sub(r"\s+", " ", found).strip()


def _bodies(mail: Message, kind: str) -> Iterator[Message]:
    for part in _leaves(mail):
        disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()
        if part.get_content_type() == kind and disposition != "attachment" and not part.get_filename():
            yield part


def _leaves(mail: Message) -> Iterator[Message]:
    """Every part that is no container; a mail inside a mail is something attached."""
    waiting = [mail]
    seen = 0
    while waiting and seen < 500:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part
