"""HTML as Markdown: the words of a page with its headings and lists; scripts, styles and menus are left out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from linkloop.core import markup

_SILENT = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "button", "head",
        "select", "textarea", "footer",
    }
)  # fmt: skip
_BLOCK = frozenset(
    {
        "p", "div", "section", "article", "main", "br", "tr", "table", "ul", "ol", "blockquote", "pre", "dl",
        "dt", "dd", "header", "aside", "figure", "figcaption", "hr",
    }
)  # fmt: skip
_DEEPEST = 200  # tags inside each other: more is no page for people
_TAG = re.compile(r"<[A-Za-z/!]")
_LONGEST_TAG = 2002


class _Words:
    def __init__(self) -> None:
        self.titled: list[str] = []
        self.language = ""
        self.parts: list[str] = []
        self._silent: list[str] = []
        self._in_title = False

    def start(self, tag: str, given: markup.Attributes) -> None:
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "title" and not self.titled:
            self._in_title = True
        if tag == "body":
            self._silent.clear()  # a head may be left open
        if tag in _SILENT:
            if len(self._silent) < _DEEPEST:
                self._silent.append(tag)
        elif self._silent:
            return
        elif re.fullmatch(r"h[1-6]", tag):
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag in _BLOCK:
            self.parts.append("\n\n")

    def end(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif not self._silent and (tag in _BLOCK or re.fullmatch(r"h[1-6]", tag)):
            self.parts.append("\n\n")

    def text(self, data: str) -> None:
        if self._in_title:
            self.titled.append(data)
        elif not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def words_of(page: str) -> tuple[str, str, str]:
    """(title, Markdown, language) of an HTML page; the first heading where it has no title."""
    reader = _Words()
    markup.read(page, reader)
    text = cleaned("".join(reader.parts))
    title = " ".join("".join(reader.titled).split())
    if not title and (found := re.search(r"^#+ (.+)$", text, re.MULTILINE)):
        title = found[1]
    return title, text, reader.language.split("-")[0].lower()


def cleaned(text: str) -> str:
    """Text without control characters, without markup that a page could run, and without empty lines in a row."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    text = _unmarked(text)
    text = re.sub(r"\]\(\s*([^)\s]*)", lambda m: "](" + (m[1] if _harmless(m[1]) else "#"), text)
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _unmarked(text: str) -> str:
    """Text without what looks like a tag: begun and closed in one line, within `_LONGEST_TAG` characters."""
    kept, at, close, line = [], 0, -1, -1
    for found in _TAG.finditer(text):
        start = found.start()
        if start < at:
            continue
        if close < start and (close := text.find(">", start)) < 0:
            break
        if line < start:
            line = text.find("\n", start) % (len(text) + 1)  # none: behind the last character
        if close < line and close - start <= _LONGEST_TAG:
            kept.append(text[at:start])
            at = close + 1
    return "".join((*kept, text[at:]))


def _harmless(link: str) -> bool:
    try:
        return urlsplit(link).scheme.lower() in ("", "http", "https", "mailto", "tel")
    except ValueError:
        return False
