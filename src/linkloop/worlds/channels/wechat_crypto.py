"""Signatures and encryption of WeChat's and WeCom's callbacks (消息加解密): SHA-1 over sorted parts, AES-256-CBC."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text

# The platform pads to 32 bytes although a block of AES has 16: PKCS#7 "over K" of its own documents.
PAD = 32
_KEY = re.compile(r"[A-Za-z0-9]{43}\Z")


def signature(token: str, *parts: str) -> str:
    """SHA-1 in hex over the token and the parts, sorted and joined: `signature` in the clear, `msg_signature` in safe
    mode, where the encrypted text is one of the parts."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()


def check_signature(given: str, token: str, *parts: str) -> None:
    """Raises Refused `platform.signature` unless `given` signs the parts; compared in constant time."""
    if not hmac.compare_digest(signature(token, *parts).encode(), given.encode()):
        raise refused("the signature is wrong", "签名错误")


class Envelope:
    """Closes and opens what a platform sends to `receiver` (the AppID, the CorpID) with an EncodingAESKey."""

    def __init__(self, encoding_aes_key: str, receiver: str, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._key = aes_key(encoding_aes_key)
        self._receiver = receiver.encode()
        self._random = random_bytes

    def close(self, text: str) -> str:
        """16 random bytes, the length of the text (big-endian), the text, the receiver; padded, encrypted, base64."""
        data = text.encode()
        plain = self._random(16) + len(data).to_bytes(4, "big") + data + self._receiver
        fill = PAD - len(plain) % PAD
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()

    def open(self, encrypted: str) -> bytes:
        """What is inside. Raises Refused `platform.signature` for what is not from our platform to this receiver."""
        try:
            data = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise refused("it is not base64", "不是 base64") from error
        if not data or len(data) % 16:
            raise refused("it is cut off", "内容不完整")
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
        fill = plain[-1]
        if not 1 <= fill <= PAD or plain[-fill:] != bytes([fill]) * fill:
            raise refused("the padding is wrong", "填充错误")
        plain = plain[:-fill]
        end = 20 + int.from_bytes(plain[16:20], "big")
        if len(plain) < 20 or end > len(plain) or not hmac.compare_digest(plain[end:], self._receiver):
            raise refused("it is for another account", "接收方不是本账号")
        return plain[20:end]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def aes_key(encoded: str) -> bytes:
    """The 32 bytes of an EncodingAESKey (43 letters and digits). Raises LinkloopError `channels.settings`."""
    if not _KEY.match(encoded):
        raise LinkloopError(
            "channels.settings",
            Text(en="an EncodingAESKey has 43 letters and digits", zh="EncodingAESKey 应为 43 位字母与数字"),
            Text(en="Copy it from the platform's settings page.", zh="请从平台的设置页复制。"),
            "encoding_aes_key",
        )
    # The last character carries two bits too many, which strict decoders refuse.
    return base64.b64decode(encoded + "=")


def refused(en: str, zh: str) -> Refused:
    """What a callback is refused with that the platform did not send."""
    return Refused(
        "platform.signature",
        Text(en=f"this callback is not the platform's: {en}", zh=f"回调并非来自平台：{zh}"),
        Text(
            en="Compare Token, EncodingAESKey and account id with the platform's settings page.",
            zh="请与平台设置页核对 Token、EncodingAESKey 与账号 ID。",
        ),
    )
