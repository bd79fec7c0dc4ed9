"""What WeChat's and WeCom's doubles share: access tokens that expire, and callbacks that are signed and encrypted.

Written after Tencent's documents without our own crypto module, so that the one checks the other.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import struct
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.doubles.serving import Answer, Double, Request

CALLBACK_TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class Tokens:
    """Access tokens: a new one makes the one before invalid; `expire` ends all."""

    def __init__(self) -> None:
        self.valid: set[str] = set()
        self.expired: set[str] = set()
        self.made = 0

    def make(self) -> str:
        self.made += 1
        token = f"ACCESS{self.made}"
        self.expired |= self.valid
        self.valid = {token}
        return token

    def expire(self) -> None:
        self.expired |= self.valid
        self.valid = set()

    def trouble(self, token: str) -> Answer | None:
        if token in self.valid:
            return None
        if token in self.expired:
            return wrong(42001, "access_token expired")
        return wrong(40001, "invalid credential, access_token is invalid or not latest")


class TencentDouble(Double):
    """A platform of Tencent: `receiver` is the AppID or CorpID that its callbacks are closed for."""

    receiver = ""

    def __init__(self, now_s: int = 1_772_425_000) -> None:
        super().__init__()
        self.now_s = now_s
        self.tokens = Tokens()

    def token_trouble(self, request: Request) -> Answer | None:
        return self.tokens.trouble(request.query.get("access_token", ""))

    def closed(self, xml: str | bytes, *, nonce: str = "n1", receiver: str = "") -> WebRequest:
        """What the platform posts in safe mode."""
        encrypted = encrypt(xml if isinstance(xml, bytes) else xml.encode(), receiver or self.receiver)
        stamp = str(self.now_s)
        query = {
            "signature": sha1(CALLBACK_TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": sha1(CALLBACK_TOKEN, stamp, nonce, encrypted),
        }
        to = f"<ToUserName><![CDATA[{self.receiver}]]></ToUserName>"
        body = f"<xml>{to}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return WebRequest(query=query, body=body.encode())

    def opened(self, raw: bytes) -> dict[str, str]:
        """The fields inside an encrypted answer of ours, after its signature was checked."""
        found = fields(raw.decode())
        assert found["MsgSignature"] == sha1(CALLBACK_TOKEN, found["TimeStamp"], found["Nonce"], found["Encrypt"])
        return fields(decrypt(found["Encrypt"], self.receiver))


def good(**more: Any) -> Answer:
    return Answer({"errcode": 0, "errmsg": "ok", **more})


def wrong(errcode: int, errmsg: str) -> Answer:
    return Answer({"errcode": errcode, "errmsg": f"{errmsg} rid: 65f0"})


def forgeries(request: WebRequest) -> list[WebRequest]:
    """The same callback as somebody else would send it."""
    query = request.query
    stranger = {
        **query,
        "signature": sha1("other token", query["timestamp"], query["nonce"]),
        "msg_signature": sha1("other token", query["timestamp"], query["nonce"], "x"),
    }
    changed = request.body.replace(b"]]></Encrypt>", b"AAAA]]></Encrypt>")
    assert changed != request.body
    return [
        WebRequest(query={}, body=request.body),
        WebRequest(query=stranger, body=request.body),
        WebRequest(query={**query, "msg_signature": ""}, body=request.body),
        WebRequest(query={**query, "msg_signature": query["signature"]}, body=request.body),
        WebRequest(query={**query, "msg_signature": "é"}, body=request.body),
        WebRequest(query={**query, "nonce": "n2"}, body=request.body),
        WebRequest(query=query, body=changed),
        WebRequest(query=query, body=b"<xml><MsgType>text</MsgType><Content>refund</Content></xml>"),
    ]


def sha1(*parts: str) -> str:
    digest = hashlib.sha1()
    for part in sorted(parts):
        digest.update(part.encode())
    return digest.hexdigest()


def encrypt(data: bytes, receiver: str, key: str = AES_KEY) -> str:
    packed = secrets.token_bytes(16) + struct.pack("!I", len(data)) + data + receiver.encode()
    missing = 32 - (len(packed) % 32)
    raw_key = base64.b64decode(key + "=")
    encryptor = Cipher(algorithms.AES256(raw_key), modes.CBC(raw_key[:16])).encryptor()
    sealed = encryptor.update(packed + bytes([missing] * missing)) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt(text: str, receiver: str, key: str = AES_KEY) -> str:
    raw_key = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES256(raw_key), modes.CBC(raw_key[:16])).decryptor()
    packed = decryptor.update(base64.b64decode(text)) + decryptor.finalize()
    packed = packed[: -packed[-1]]
    (length,) = struct.unpack("!I", packed[16:20])
    assert packed[20 + length :].decode() == receiver
    return packed[20 : 20 + length].decode("utf-8")


def fields(xml: str) -> dict[str, str]:
    """Texts of a flat XML, by regular expression: another way than ours."""
    found = re.findall(r"<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</\1>", xml.removeprefix("<xml>"), re.S)
    return {name: cdata or text for name, cdata, text in found}
