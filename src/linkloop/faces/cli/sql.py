"""`linkloop sql`: ask the shop's tables, hot and cold rows as one, and get a table, CSV or JSON."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from linkloop.core.errors import NotFound
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import error, say

STANDARD_INPUT, FROM_FILE = "-", "@"


@command("sql")
@click.argument("query")
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--max-rows", type=click.IntRange(1, 1_000_000), default=1000, show_default=True)
def sql(session: Session, query: str, as_csv: bool, max_rows: int) -> None:
    if as_csv and session.json:
        raise click.UsageError(say("usage.csv_json"))
    text = read(query)
    with session.desk() as desk:
        result = desk.sql(text, max_rows=max_rows)
    if session.json:
        session.data(result)
    elif as_csv:
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(result.columns)
        writer.writerows([exported(value) for value in row] for row in result.rows)
        session.bytes(out.getvalue().encode())
    else:
        session.table(result.columns, result.rows)
        session.note(say("sql.rows", rows=len(result.rows), ms=f"{result.elapsed_ms:.0f}"))
    if result.truncated:
        session.note(say("sql.truncated", rows=max_rows))


def exported(value: Any) -> Any:
    """A value as other programs read it from CSV: nothing for NULL, true and false, ISO 8601, structures as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (dict, list, tuple, bytes)):
        import msgspec

        return msgspec.json.encode(value).decode()
    return value


def read(query: str) -> str:
    """The query itself, or what `-` (standard input) or `@file` holds."""
    if query == STANDARD_INPUT:
        return sys.stdin.read()
    if not query.startswith(FROM_FILE):
        return query
    path = Path(query[1:])
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as wrong:
        problem = wrong.strerror or "" if isinstance(wrong, OSError) else str(wrong)
        raise error(NotFound, "file.unreadable", where=str(path), problem=problem) from wrong
