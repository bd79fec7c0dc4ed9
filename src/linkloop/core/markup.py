"""Markup: HTML of strangers, read as a browser would and in time that grows with its length alone.

The standard library's reader looks for the end of every unclosed tag, comment or quote again and again: some kilobytes
of `<a ` keep it busy for minutes. Here whatever has no end reaches to the end of the text, as in a browser.
"""

from __future__ import annotations

import html
import re
from typing import Protocol

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_BLANK = re.compile(r"\s*")
_BETWEEN = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_UNQUOTED = re.compile(r"[^\s>]*")
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}

Attributes = dict[str, str]


class Reader(Protocol):
    """Who is told of tags (names in lower case) and of the text between them."""

    def start(self, tag: str, given: Attributes) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, data: str) -> None: ...


def read(page: str, reader: Reader) -> None:
    """Tell `reader` what a page holds, in order. Nothing is wrong markup: all of it is read as a browser would."""
    at = 0
    while (opened := page.find("<", at)) >= 0:
        if opened > at:
            reader.text(plain(page[at:opened]))
        at = _one(page, opened, reader)
        if at < 0:
            return
    if at < len(page):
        reader.text(plain(page[at:]))


def plain(text: str) -> str:
    """Text with its character references resolved; a number that is none of a character stays as it is written."""
    try:
        return html.unescape(text)
    except ValueError:  # thousands of digits
        return text


def _one(page: str, at: int, reader: Reader) -> int:
    """Read what begins with the `<` at `at`; gives where it is over, or -1 where it has no end."""
    if page.startswith("<!--", at):
        return _after(page, "-->", at + 2)
    if page[at + 1 : at + 2] in ("!", "?"):
        return _after(page, ">", at)
    closing = page.startswith("/", at + 1)
    name = _NAME.match(page, at + 1 + closing)
    if name is None:
        reader.text("<")
        return at + 1
    tag = name[0].lower()
    given, over = _attributes(page, name.end())
    if over < 0:
        return -1
    if closing:
        reader.end(tag)
        return over
    reader.start(tag, given)
    if page.startswith("/>", over - 2):
        reader.end(tag)
    elif tag in _RAW:
        close = _RAW[tag].search(page, over)
        if close is None:
            return -1
        if close.start() > over:
            reader.text(page[over : close.start()])
        return close.start()
    return over


def _attributes(page: str, at: int) -> tuple[Attributes, int]:
    given: Attributes = {}
    while True:
        at = _end(_BETWEEN, page, at)
        if at >= len(page):
            return given, -1
        if page[at] == ">":
            return given, at + 1
        begin, at = at, _end(_ATTRIBUTE, page, at)
        name, value = page[begin:at].lower(), ""
        after = _end(_BLANK, page, at)
        if page.startswith("=", after):
            at = _end(_BLANK, page, after + 1)
            if page[at : at + 1] in ('"', "'"):
                begin, end = at + 1, page.find(page[at], at + 1)
                at = end + 1
                if end < 0:
                    return given, -1
            else:
                begin, at = at, _end(_UNQUOTED, page, at)
                end = at
            value = page[begin:end]
        given.setdefault(name, plain(value))


def _end(pattern: re.Pattern[str], page: str, at: int) -> int:
    found = pattern.match(page, at)
    return found.end() if found else at


def _after(page: str, what: str, at: int) -> int:
    found = page.find(what, at)
    return found + len(what) if found >= 0 else -1
