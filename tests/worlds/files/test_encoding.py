"""Encoding: what merchants' programs write is read as it was, and bytes that fit nothing stay visible."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.worlds.files.encoding import SCAR, encoding_of, look

CHINESE = "订单号,商品名称,数量\n1001,真丝连衣裙（夏季新款）,2\n1002,无线蓝牙耳机,1\n"


def found(content: bytes) -> str:
    return encoding_of(content, b"" if content.isascii() else content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "utf-8"),
        (b"plain,text\n", "utf-8"),
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("gbk"), "gb18030"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "utf-16"),
        ("order,qty\n1001,2\n".encode("utf-16-le"), "utf-16-le"),
        ("order,qty\n1001,2\n".encode("utf-16-be"), "utf-16-be"),
        (CHINESE.encode() * 20 + b"\xff\n", "utf-8"),
    ],
)
def test_the_encoding_is_found(content, expected):
    assert found(content) == expected


@pytest.mark.parametrize("text", ["café,£5,naïve résumé\n" * 5, "Überraschung für Köln, Größe 5\n" * 5])
def test_western_bytes_are_not_taken_for_chinese(text):
    assert text.encode("cp1252").decode(found(text.encode("cp1252"))) == text


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20))
def test_chinese_text_survives_gb18030(text):
    content = ("一二三四五六七八九十" * 20 + text).encode("gb18030")
    assert content.decode(found(content)) == content.decode("gb18030")


def test_a_byte_that_fits_nothing_is_written_out():
    assert b"a\xffb".decode("utf-8", "linkloop.scar") == f"a{SCAR}\\xffb"
    assert b"\x81".decode("gb18030", "linkloop.scar") == f"{SCAR}\\x81"


def test_one_look_gives_hash_size_and_encoding(tmp_path):
    path = tmp_path / "f.csv"
    content = b"a" * (3 << 20) + CHINESE.encode("gbk")
    path.write_bytes(content)
    seen = look(path)
    assert (seen.sha256, seen.size, seen.encoding) == (hashlib.sha256(content).hexdigest(), len(content), "gb18030")
    path.write_bytes(b"PAR1" + bytes(range(256)))
    assert look(path).encoding == ""
