"""Passages: an article is cut at headings and paragraphs into parts that are short enough to be an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 480  # "width" of a passage: a Chinese character counts 2, any other 1
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_ENDS = re.compile(r"(?<=[。！？；!?;])|(?<=\.)\s+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\uff60]")


def width(text: str) -> int:
    """How long a text is to read."""
    return len(text) + len(_WIDE.findall(text))


def passages(body: str) -> list[str]:
    """The parts of a Markdown text, each under its heading; one empty part for an empty text."""
    if "\n" not in body and "\r" not in body and body.strip() and body.lstrip()[0] != "#" and width(body) <= MOST:
        return [body.strip()]  # as most are
    found: list[str] = []
    headings: list[str] = []  # of what comes; more than one where a heading has no text of its own
    kept: list[str] = []
    written = False

    def close() -> None:
        if kept:
            found.append("\n".join([*headings, *kept]))
            kept.clear()

    for block in _blocks(body):
        if match := _HEADING.match(block):
            close()
            headings = [match[1]] if written else [*headings, match[1]]
            written = False
            continue
        written = True
        for part in _short(block):
            if kept and sum(map(width, kept)) + width(part) > MOST:
                close()
            kept.append(part)
    close()
    return found if written and found else [*found, "\n".join(headings)]


def _blocks(body: str) -> Iterator[str]:
    """Headings and paragraphs, one after another."""
    lines: list[str] = []
    for line in [*body.replace("\r\n", "\n").split("\n"), ""]:
        line = line.rstrip()
        if not line.strip() or _HEADING.match(line):
            if lines:
                yield "\n".join(lines)
                lines = []
            if line.strip():
                yield line.strip()
        else:
            lines.append(line.strip())


def _short(block: str) -> Iterator[str]:
    """A paragraph as it is, or cut at the ends of sentences, or hard where a sentence is too long."""
    if width(block) <= MOST:
        yield block
        return
    kept = ""
    for sentence in _ENDS.split(block):
        for start in range(0, len(sentence), MOST):
            part = sentence[start : start + MOST]
            if kept and width(kept) + width(part) > MOST:
                yield kept
                kept = ""
            kept += part
    if kept.strip():
        yield kept
