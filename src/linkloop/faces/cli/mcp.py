"""`linkloop mcp`: the shop as tools of an assistant, over standard input and output."""

from __future__ import annotations

import os

import click

from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session


@command("mcp")
@click.option("--url", default="")
@click.option("--name", default="assistant")
def mcp(session: Session, url: str, name: str) -> None:
    from linkloop.faces.mcp.server import serve
    from linkloop.faces.mcp.tools import Tools

    if url:
        from linkloop.faces.remote import Remote

        remote = Remote(url, token=os.environ.get("LINKLOOP_TOKEN", ""))
        try:
            serve(Tools(remote, name))
        finally:
            remote.close()
        return
    with session.desk() as desk:
        serve(Tools(desk, name))
