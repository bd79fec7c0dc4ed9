"""Calling the command line in this process, with stdout and stderr apart, as bytes that a pipe would see."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple

from linkloop.faces.cli import main


class Called(NamedTuple):
    """What a call gave."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """stdout as the one JSON document that it must be."""
        return json.loads(self.out)


def call(*args: str) -> Called:
    """Run `linkloop args…`; English unless the arguments say otherwise."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in "ab")
    with redirect_stdout(out), redirect_stderr(err):
        code = main([*args, *(() if not args or "--lang" in args else ("--lang", "en"))])
    for stream in (out, err):
        stream.flush()
    return Called(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]
