"""WeChat's cryptography and XML against Tencent's own sample vectors, wechatpy's, and what an attacker would send."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.core.errors import LinkloopError, Refused
from linkloop.worlds.channels.wechat_crypto import Envelope, aes_key, check_signature, signature
from linkloop.worlds.channels.wechat_xml import LONGEST, read_xml, write_xml
from tests.worlds.channels.doubles.tencent import decrypt, encrypt, fields

# From Sample.* of Tencent's WXBizMsgCrypt, as published for every language.
TOKEN, KEY, RECEIVER = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
SAMPLE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)

WECHATPY_ENCRYPT = (
    "sKqRbbiSUnDhFHOvPjtUMfE9gL3HlDBiKnyFlRuX++LqdqXgxouutXmqPnsFJq/uULw/pjMvhuWJzZ8KF2HDANYOdHDOE9gR2z055CH0RUYeuqpf"
    "iAtMEfMPOH5upYLr"
)
WECHATPY_SIGNATURE = "a2258061dd9df81457b168fbc918c7f561d54cd0"


def test_tencents_own_echo_opens_under_its_own_signature() -> None:
    check_signature("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", TOKEN, "1409659589", "263014780", ECHO)
    assert Envelope(KEY, RECEIVER).open(ECHO) == b"1616140317555161061"


def test_tencents_own_message_opens_under_its_own_signature() -> None:
    check_signature("477715d11cdb4164915debcba66cb864d751f3e6", TOKEN, "1409659813", "1372623149", SAMPLE)
    assert read_xml(Envelope(KEY, RECEIVER).open(SAMPLE)) == {
        "ToUserName": RECEIVER,
        "FromUserName": "mycreate",
        "CreateTime": "1409659813",
        "MsgType": "text",
        "Content": "hello",
        "MsgId": "4561255354251345929",
        "AgentID": "218",
    }


def test_what_we_close_is_tencents_own_ciphertext() -> None:
    # From WXBizMsgCryptTest of Tencent's Java sample.
    key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    envelope = Envelope(key, "wxb11529c136998cb6", lambda _: b"aaaabbbbccccdddd")
    assert envelope.close("我是中文abcd123") == (
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    )


def test_what_we_close_and_sign_is_what_wechatpy_makes() -> None:
    # wechatpy 1.8.18, WeChatCrypto.encrypt_message with the random text 0123456789abcdef.
    envelope = Envelope(KEY, RECEIVER, lambda _: b"0123456789abcdef")
    closed = envelope.close("<xml><Content><![CDATA[您好 📦]]></Content></xml>")
    assert closed == WECHATPY_ENCRYPT
    assert signature(TOKEN, "1409659813", "nonce1", closed) == WECHATPY_SIGNATURE


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from([RECEIVER, "ww1", ""]))
def test_the_double_opens_what_we_close_and_we_open_what_it_closes(text: str, receiver: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    envelope = Envelope(KEY, receiver)
    assert decrypt(envelope.close(text), receiver) == text
    assert envelope.open(encrypt(text.encode(), receiver)).decode() == text


@pytest.mark.parametrize(
    "changed",
    ["", "AAAA", ECHO[:-4], ECHO[:40], "*" + ECHO[1:], ECHO[:24] + "A" * 64, encrypt(b"hi", "wxsomebodyelse"), "é"],
    ids=["empty", "short", "cut", "half", "no base64", "other end", "for another", "no ascii"],
)
def test_what_was_not_closed_for_us_is_refused(changed: str) -> None:
    with pytest.raises(Refused) as refused:
        Envelope(KEY, RECEIVER).open(changed)
    assert refused.value.code == "platform.signature"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 63), st.integers(1, 255))
def test_a_flipped_byte_never_opens_as_something_that_breaks(place: int, flip: int) -> None:
    raw = bytearray(base64.b64decode(ECHO))
    raw[place] ^= flip
    with contextlib.suppress(Refused):
        Envelope(KEY, RECEIVER).open(base64.b64encode(bytes(raw)).decode())


@pytest.mark.parametrize("given_one", ["", "0" * 40, "477715D11CDB4164915DEBCBA66CB864D751F3E6", "é"])
def test_another_signature_is_refused(given_one: str) -> None:
    with pytest.raises(Refused):
        check_signature(given_one, TOKEN, "1409659813", "1372623149", SAMPLE)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "A", KEY[:-1] + "=", KEY[:-1] + "é"])
def test_an_aes_key_has_43_letters_and_digits(key: str) -> None:
    with pytest.raises(LinkloopError) as refused:
        aes_key(key)
    assert refused.value.code == "channels.settings"


BILLION = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><xml>&lol2;</xml>"""
OUTSIDE = """<!DOCTYPE xml [<!ENTITY who SYSTEM "file:///etc/passwd">]><xml><Content>&who;</Content></xml>"""


@pytest.mark.parametrize(
    "raw",
    [
        BILLION.encode(),
        OUTSIDE.encode(),
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml/>',
        b"<xml><?php echo 1?></xml>",
        b"<xml>" + b"<a>" * 20,
        b"<xml>" + b"".join(b"<a%d/>" % n for n in range(500)) + b"</xml>",
        b"<xml><Content>\xff\xfe</Content></xml>",
        b"<xml><Content>&undefined;</Content></xml>",
        b"<xml><Content>one</Content>",
        b"",
        b"{}",
        b" " * (LONGEST + 1),
    ],
)
def test_xml_that_could_harm_is_refused(raw: bytes) -> None:
    with pytest.raises(LinkloopError) as refused:
        read_xml(raw)
    assert refused.value.code == "platform.garbage"


def test_the_first_of_two_equal_elements_counts_and_depth_has_a_path() -> None:
    raw = b"<xml><A>1</A><A>2</A><B><C>\n deep </C></B><D><![CDATA[<x>&amp;]]></D></xml>"
    assert read_xml(raw) == {"A": "1", "B/C": "deep", "B": "", "D": "<x>&amp;"}


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=60))
def test_what_we_write_is_read_back_whatever_is_in_it(text: str) -> None:
    assert read_xml(write_xml({"Content": f"{text}]]>{text}", "N": 7}).encode()) == {
        "Content": f"{text}]]>{text}".strip(),
        "N": "7",
    }


def test_the_double_reads_what_we_write() -> None:
    assert fields(write_xml({"Content": "您好 <b>", "CreateTime": 5})) == {"Content": "您好 <b>", "CreateTime": "5"}
