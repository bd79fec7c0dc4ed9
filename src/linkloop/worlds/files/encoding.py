"""Encoding: which one a text file is written in, and how bytes that do not fit it stay visible."""

from __future__ import annotations

import codecs
import hashlib
import re
from pathlib import Path

import msgspec

SCAR = "\ufdd0"
"""Stands before each byte that could not be decoded (a noncharacter: no text has it), followed by `\\xNN`."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_OTHER_SCRIPTS = frozenset(
    {"gbk", "gb2312", "gb18030", "hz", "big5", "big5hkscs", "cp932", "shift_jis", "euc_jp", "cp949", "euc_kr", "cp1251"}
)
_PIECE = 1 << 20
_SAMPLE = 1 << 21
_BINARY = (b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Two bytes of GB2312: punctuation and the 6,763 Hanzi that Chinese is mostly written with.
_GB2312 = re.compile(rb"[\xa1-\xa3\xb0-\xf7][\xa1-\xfe]")


class Bytes(msgspec.Struct, frozen=True):
    """What one pass over a file tells; `encoding` is empty for a workbook or a Parquet file."""

    sha256: str
    size: int
    encoding: str


def _scar(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{SCAR}\\x{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("linkloop.scar", _scar)


def look(path: Path) -> Bytes:
    """Hash a file and find its encoding, in one pass and bounded memory."""
    digest = hashlib.sha256()
    size, start, odd = 0, b"", bytearray()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            start = start or piece
            if not piece.isascii() and len(odd) < _SAMPLE:
                odd += piece
    encoding = "" if start.startswith(_BINARY) else encoding_of(start, bytes(odd))
    return Bytes(digest.hexdigest(), size, encoding)


def encoding_of(start: bytes, odd: bytes) -> str:
    """The Python name of the encoding: `start` is how the file begins, `odd` those parts that are not ASCII."""
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    if b"\0" in start and (wide := _wide(start)):
        return wide
    if not odd:
        return "utf-8"
    high = len(odd.translate(None, bytes(range(0x80))))
    scars = odd.decode("utf-8", "replace").count("\ufffd") - odd.count("\ufffd".encode())
    if scars * 20 <= high:  # a few broken bytes do not make another encoding
        return "utf-8"
    pairs = sum(len(found) for found in _GB2312.findall(odd))
    if pairs * 10 >= high * 8:
        return "gb18030"
    return _guessed(odd)


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: where every other byte is NUL."""
    even, uneven = start[0::2].count(0), start[1::2].count(0)
    half = max(1, len(start) // 2)
    if uneven > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and uneven < 0.05 * half else ""


def _guessed(odd: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to import, and rarely needed

    lines = [line for line in odd.splitlines() if not line.isascii()]
    best = from_bytes(b"\n".join(lines)[:32_768]).best()
    if best is None or best.encoding not in _OTHER_SCRIPTS:
        return "cp1252"  # which of the western ones it is, a few accents do not tell; nearly all files are this one
    return "gb18030" if best.encoding in {"gbk", "gb2312", "hz"} else best.encoding
