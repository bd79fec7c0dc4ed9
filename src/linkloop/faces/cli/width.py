"""Width: how many columns of a terminal a text takes, and cutting, padding and wrapping by them."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_NO_LINE_START = "，。；：、！？）】》”’…,.;:!?)]}%"


def char_width(char: str) -> int:
    """Columns of one character: 2 for wide and fullwidth ones (UAX #11), 0 for marks and joiners, else 1."""
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def width(text: str) -> int:
    """Columns that a text without line breaks takes."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def cut(text: str, columns: int) -> str:
    """The text, shortened with an ellipsis (one column) where it is wider than `columns`."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for char in text:
        used += char_width(char)
        if used > columns - 1:
            break
        kept += char
    return kept + "…"


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with spaces to `columns`; `right` puts them before it."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def plain(text: str) -> str:
    """The text on one line, with control characters shown as escapes: what comes from outside moves no cursor."""
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _BIDI
        else char
        for char in text
    )


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns`: broken at spaces and between wide characters, never before closing punctuation."""
    lines, line, used = [], "", 0
    for piece in _pieces(text):
        size = width(piece)
        if used and used + width(piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line, used = "", 0
        line, used = line + piece, used + size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """What may not be broken: a word with its space, a wide character with the punctuation that follows it."""
    pieces: list[str] = []
    for char in " ".join(text.split()):
        previous = pieces[-1][-1] if pieces else " "
        fresh = not pieces or (char != " " and (previous == " " or char_width(char) == 2 or char_width(previous) == 2))
        if fresh and not (pieces and char in _NO_LINE_START):
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces
