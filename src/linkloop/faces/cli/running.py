"""Running: one command from its arguments to its exit code, with every failure told in a line."""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path

import click

from linkloop.core.errors import LinkloopError
from linkloop.faces.cli.clickwords import teach
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import language, say

DONE, PROBLEM, USAGE, REFUSED, FAULT = 0, 1, 2, 3, 4
INTERRUPTED = 128 + signal.SIGINT
COMPLETE = "_LINKLOOP_COMPLETE"  # click's way of asking for a shell's completion script, or for completions
PIPE_CLOSED = 128 + signal.SIGPIPE


def run(args: list[str]) -> int:
    """Run the command that `args` name and give its exit code."""
    from linkloop.faces.cli.commands import root

    teach()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a GBK or ASCII terminal shows "?" for what it does not have
    session = Session(args)
    try:
        if COMPLETE in os.environ:
            from click.shell_completion import shell_complete

            return shell_complete(root, {}, "linkloop", COMPLETE, os.environ[COMPLETE])
        # Not root.main(): it gives 1 for a closed pipe, which here means that a problem was found.
        with root.make_context("linkloop", args, obj=session) as context:
            root.invoke(context)
        sys.stdout.flush()
        return session.worst
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return USAGE
    except LinkloopError as refused:
        _tell(session, refused)
        return REFUSED
    except (KeyboardInterrupt, click.Abort):
        click.echo("\n" + say("interrupted"), err=True)  # the terminal shows ^C at the end of a line
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter flushes stdout once more when it ends
        return PIPE_CLOSED
    except Exception as fault:
        click.echo(
            say("fault", kind=type(fault).__name__, problem=_first_line(fault), log=_write_log(session)), err=True
        )
        return FAULT


def _tell(session: Session, refused: LinkloopError) -> None:
    if session.json:
        import msgspec

        body = {
            "code": refused.code,
            "where": refused.where,
            "text": refused.text.say(language()),
            "todo": refused.todo.say(language()),
        }
        click.echo(msgspec.json.encode({"error": body}).decode(), err=True)
    else:
        click.echo(say("refused", problem=refused.say(language())), err=True)


def _first_line(fault: Exception) -> str:
    return str(fault).strip().splitlines()[0] if str(fault).strip() else "-"


def _write_log(session: Session) -> str:
    """Keep the traceback where a person can send it from: in the shop's folder, else in the system's."""
    folder = Path(session.folder or os.environ.get("LINKLOOP_FOLDER") or "data")
    home = folder / "faults" if folder.is_dir() and os.access(folder, os.W_OK) else None
    if home is not None:
        home.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="linkloop-", suffix=".log", dir=home, text=True)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return name
