"""Frames: what a browser and the web chat write to each other, as JSON text."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_KEPT = "\n\t"


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello", forbid_unknown_fields=True):
    """The first frame: a token to resume with (or none), the last `seq` that the browser has seen, its language."""

    token: str = ""
    after: int = 0
    language: str = ""


class Say(msgspec.Struct, frozen=True, tag_field="type", tag="say", forbid_unknown_fields=True):
    """A customer writes. `client_id` is made by the browser, once per message: a resend carries the same. `media` names
    files that the customer chose; their content stays where it is."""

    client_id: str
    text: str
    media: tuple[str, ...] = ()


class Rate(msgspec.Struct, frozen=True, tag_field="type", tag="rate", forbid_unknown_fields=True):
    """A customer says how content they are, 1 to 5 stars; `client_id` as in Say."""

    client_id: str
    stars: int
    text: str = ""


class Welcome(msgspec.Struct, frozen=True, tag_field="type", tag="welcome"):
    """The session, and the token that resumes it."""

    session: str
    token: str
    customer_id: str


class Line(msgspec.Struct, frozen=True, tag_field="type", tag="line"):
    """One line of the conversation; `seq` grows, `in_reply_to` is the message that a reply answers."""

    seq: int
    message_id: str
    author: Literal["customer", "bot", "person"]
    text: str
    at: datetime
    in_reply_to: str = ""


class Rated(msgspec.Struct, frozen=True, tag_field="type", tag="rated"):
    """The log has the stars, durably."""

    client_id: str
    stars: int


class Taken(msgspec.Struct, frozen=True, tag_field="type", tag="accepted"):
    """The log has the message, durably; `repeated` when it was there before."""

    client_id: str
    message_id: str
    repeated: bool


class Trouble(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """Why a frame was not taken, and what to do."""

    code: str
    text: Text
    todo: Text
    client_id: str = ""


Said = Welcome | Line | Rated | Taken | Trouble
encode = msgspec.json.encode
_decoder = msgspec.json.Decoder(Hello | Say | Rate)


def decode(raw: bytes, longest: int) -> Hello | Say | Rate:
    """A checked frame. Raises LinkloopError `chat.frame` for what is not one, `chat.size` for what is too long."""
    if len(raw) > longest:
        raise _wrong("chat.size", f"a frame holds at most {longest} bytes", f"每帧至多 {longest} 字节", "frame")
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong("chat.frame", f"this is no chat frame: {error}", f"无法识别的消息帧：{error}", "frame") from error


def check_client_id(client_id: str) -> str:
    """The id itself, or LinkloopError `chat.client_id`."""
    if not _ID.match(client_id):
        raise _wrong(
            "chat.client_id",
            "client_id must be 1 to 64 letters, digits, '-', '_' or '.'",
            "client_id 须为 1–64 个字母、数字、“-”“_”“.”",
            "client_id",
        )
    return client_id


def check_media(media: tuple[str, ...]) -> tuple[str, ...]:
    """Names of files, without their folders and at most 10, or LinkloopError `chat.media`."""
    if len(media) > 10:
        raise _wrong("chat.media", "at most 10 files", "至多 10 个文件", "media")
    return tuple(check_text(one.replace("\\", "/").rpartition("/")[2].replace("\n", " "), 200) for one in media)


def check_text(text: str, longest: int) -> str:
    """The text in NFC without outer space, or LinkloopError `chat.text`."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not text:
        raise _wrong("chat.text", "the message is empty", "消息为空", "text")
    if len(text) > longest:
        raise _wrong(
            "chat.text",
            f"the message has {len(text)} characters, at most {longest} are taken",
            f"消息有 {len(text)} 字，至多 {longest} 字",
            "text",
        )
    for place, char in enumerate(text):
        if char not in _KEPT and unicodedata.category(char) in ("Cc", "Cs"):
            raise _wrong(
                "chat.text",
                f"character {place} is the control character U+{ord(char):04X}",
                f"第 {place} 个字符是控制字符 U+{ord(char):04X}",
                "text",
            )
    return text


def trouble(error: LinkloopError, client_id: str = "") -> bytes:
    """The frame that tells a browser of an error."""
    return encode(Trouble(error.code, error.text, error.todo, client_id))


def _wrong(code: str, en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        code, Text(en=en, zh=zh), Text(en="Change the message and send it again.", zh="请修改后重新发送。"), where
    )
