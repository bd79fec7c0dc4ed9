"""Signed tokens: JSON Web Tokens with HMAC SHA-256 (RFC 7519, RFC 7515), which every shop backend can make."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import msgspec

from linkloop.core.errors import Refused
from linkloop.core.text import Text

_LONGEST = 4096


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says: issuer, subject (the customer), session, and until when (seconds since 1970)."""

    exp: float
    iss: str = ""
    sub: str = ""
    sid: str = ""


class _Header(msgspec.Struct, frozen=True):
    alg: str
    crit: Any = None


def sign(claims: dict[str, Any], key: bytes) -> str:
    """A compact JWS with alg HS256."""
    head = _b64(msgspec.json.encode({"alg": "HS256", "typ": "JWT"}))
    body = _b64(msgspec.json.encode(claims))
    return f"{head}.{body}.{_b64(_mac(f'{head}.{body}', key))}"


def peek_issuer(token: str) -> str:
    """Who says to have signed it; only to choose the key that it is then checked with."""
    return _claims(_parts(token)[1]).iss


def verify(token: str, key: bytes, now_s: float) -> Claims:
    """The claims of a token. Raises Refused `chat.token` unless it is HS256, rightly signed and in time."""
    head, body, mac = _parts(token)
    try:
        header = msgspec.json.decode(_unb64(head), type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused() from error
    # The algorithm is ours to choose: a token that names another ("none") is refused whatever its signature says.
    if header.alg != "HS256" or header.crit is not None:
        raise _refused()
    if not hmac.compare_digest(_mac(f"{head}.{body}", key), _unb64(mac)):
        raise _refused()
    claims = _claims(body)
    if not claims.exp > now_s:
        raise _refused()
    return claims


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".") if len(token) <= _LONGEST and token.isascii() else []
    if len(parts) != 3:
        raise _refused()
    return parts[0], parts[1], parts[2]


def _claims(body: str) -> Claims:
    try:
        return msgspec.json.decode(_unb64(body), type=Claims)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused() from error


def _mac(text: str, key: bytes) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused() from error


def _refused() -> Refused:
    return Refused(
        "chat.token",
        Text(en="this session token is not valid any more", zh="该会话令牌已失效"),
        Text(en="Connect again without a token.", zh="请不带令牌重新连接。"),
        "token",
    )
