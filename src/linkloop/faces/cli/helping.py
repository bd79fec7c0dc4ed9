"""Helping: help pages whose columns and line breaks fit Chinese as well as English."""

from __future__ import annotations

from collections.abc import Sequence

import click

from linkloop.faces.cli.width import pad, width, wrap

FIRST = 30  # columns for the names of options


class Formatter(click.HelpFormatter):
    """click's formatter, counting columns where click counts characters."""

    def write_text(self, text: str) -> None:
        """Paragraphs are divided by an empty line; a line that begins with two spaces stays as it is."""
        room = max(self.width - self.current_indent, 11)
        for line in _unwrapped(text):
            kept = [line] if line.startswith("  ") or not line else wrap(line, room)
            for one in kept:
                self.write((" " * self.current_indent + one if one else "") + "\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = FIRST, col_spacing: int = 2) -> None:
        first = min(max((width(name) for name, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, said in rows:
            lines = wrap(said, max(self.width - self.current_indent - first, 20)) if said else []
            if width(name) > first - col_spacing:
                self.write(indent + name + "\n")
            else:
                self.write((indent + pad(name, first) + (lines.pop(0) if lines else "")).rstrip() + "\n")
            for line in lines:
                self.write(indent + " " * first + line + "\n")


def _unwrapped(text: str) -> list[str]:
    """Lines of one paragraph joined, so that they can be broken anew."""
    found: list[str] = []
    for line in text.splitlines():
        if line.strip() and found and found[-1] and not line.startswith("  ") and not found[-1].startswith("  "):
            found[-1] += " " + line.strip()
        else:
            found.append(line.rstrip())
    return found
