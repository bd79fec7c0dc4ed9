"""Tokens: the RFC's own vector holds, and nothing forged, stale or unsigned does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.core.errors import Refused
from linkloop.worlds.channels.tokens import sign, verify

KEY = b"k" * 32
# RFC 7515, appendix A.1: key, token, and the moment up to which it holds.
RFC_KEY = base64.urlsafe_b64decode(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
)
RFC_TOKEN = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def test_the_token_of_rfc_7515_holds_until_its_moment() -> None:
    assert verify(RFC_TOKEN, RFC_KEY, 1300819379).iss == "joe"
    with pytest.raises(Refused):
        verify(RFC_TOKEN, RFC_KEY, 1300819380)


def test_what_we_sign_comes_back() -> None:
    claims = verify(sign({"exp": 10, "sub": "客户", "sid": "s"}, KEY), KEY, 9)
    assert (claims.sub, claims.sid, claims.exp) == ("客户", "s", 10.0)


def test_another_key_refuses() -> None:
    with pytest.raises(Refused) as refused:
        verify(sign({"exp": 10}, KEY), b"x" * 32, 9)
    assert refused.value.code == "chat.token"


@pytest.mark.parametrize("alg", ["none", "HS512", "RS256", "hs256", ""])
def test_the_algorithm_is_ours_to_choose(alg: str) -> None:
    head = base64.urlsafe_b64encode(f'{{"alg":"{alg}"}}'.encode()).rstrip(b"=").decode()
    body = sign({"exp": 10}, KEY).split(".")[1]
    for mac in ("", sign({"exp": 10}, KEY).split(".")[2]):
        with pytest.raises(Refused):
            verify(f"{head}.{body}.{mac}", KEY, 9)


@given(st.integers(0, 200), st.integers(1, 255))
def test_no_changed_byte_holds(place: int, flip: int) -> None:
    token = bytearray(sign({"exp": 10, "sub": "customer-1", "sid": "session"}, KEY).encode())
    before = bytes(token)
    token[place % len(token)] ^= flip
    text = token.decode("latin-1")
    try:
        claims = verify(text, KEY, 9)
    except Refused:
        return
    # base64url has spare bits in its last character: the same bytes may be written in two ways.
    assert claims.sub == "customer-1"
    assert bytes(token)[:-1] == before[:-1]


@given(st.text(max_size=200))
def test_any_text_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(Refused):
        verify(text, KEY, 9)
