"""Markup: the text of an HTML mail as its reader sees it, without what it quotes and what it hides."""

from __future__ import annotations

import re
from collections import Counter

from linkloop.core import markup

_BREAKS = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "pre"}
)
_UNSEEN = frozenset({"style", "script", "head", "title", "template", "noscript"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_QUOTES = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|foxmail|qqmail_quote"
    r"|divRplyFwdMsg|appendonsend|OutlookMessageHeader|mail_quote",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DEEPEST = 400


class _Reader:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.names: Counter[str] = Counter()
        self.unseen = 0

    def start(self, tag: str, given: markup.Attributes) -> None:
        if tag == "br":
            self._break()
            return
        if tag in _VOID:
            return
        if tag in _BREAKS:
            self._break()
        elif tag == "li":
            self._break("- ")
        elif tag in ("td", "th"):
            self.said.append(" ")
        named = f"{given.get('class', '')} {given.get('id', '')}"
        unseen = (
            tag in _UNSEEN
            or (tag == "blockquote")
            or bool(_QUOTES.search(named))
            or bool(_HIDDEN.search(given.get("style", "")))
            or "hidden" in given
        )
        if len(self.open) < _DEEPEST:
            self.open.append((tag, unseen))
            self.names[tag] += 1
            self.unseen += unseen

    def end(self, tag: str) -> None:
        if not self.names[tag]:
            return
        name = ""
        while name != tag:
            name, unseen = self.open.pop()
            self.names[name] -= 1
            self.unseen -= unseen
        if tag in _BREAKS:
            self._break()

    def text(self, data: str) -> None:
        if not self.unseen:
            self.said.append(data if self.names["pre"] else _SPACE.sub(" ", data))

    def _break(self, start: str = "") -> None:
        if not self.unseen:
            self.said.append("\n" + start)


def text_of(html: str) -> str:
    """The text of an HTML document; broken markup is read as far as it goes."""
    reader = _Reader()
    markup.read(html, reader)
    lines = (line.strip(" \t\u00a0") for line in "".join(reader.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).replace("\u00a0", " ").strip()
