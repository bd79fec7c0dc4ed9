"""Errors that tell a person what is wrong, where, and what to do next."""

from __future__ import annotations

from linkloop.core.text import Text


class LinkloopError(Exception):
    """A refusal with a stable code, the sentence, what to do, and where (file, row, field) it happened."""

    def __init__(self, code: str, text: Text, todo: Text | None = None, where: str = "") -> None:
        super().__init__(f"{code}: {text.en}" + (f" [{where}]" if where else ""))
        self.code = code
        self.text = text
        self.todo = todo or Text(en="", zh="")
        self.where = where

    def say(self, lang: str) -> str:
        """One line for a person: where, what, and what to do."""
        parts = [self.where, self.text.say(lang), self.todo.say(lang)]
        return " — ".join(part for part in parts if part)


class NotFound(LinkloopError):
    """The named thing does not exist."""


class Refused(LinkloopError):
    """The request is understood and not allowed."""


class Conflict(LinkloopError):
    """The request contradicts what has already happened."""
