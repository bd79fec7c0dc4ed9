"""Commands: all that `linkloop` can do, in the order in which a person meets them."""

from __future__ import annotations

import click

from linkloop.faces.cli.ask import ask
from linkloop.faces.cli.config import config
from linkloop.faces.cli.decisions import decisions
from linkloop.faces.cli.doctor import doctor
from linkloop.faces.cli.frame import WordedGroup
from linkloop.faces.cli.identity import identity
from linkloop.faces.cli.importing import import_
from linkloop.faces.cli.knowledge import knowledge
from linkloop.faces.cli.labels import labels
from linkloop.faces.cli.map import map_
from linkloop.faces.cli.mcp import mcp
from linkloop.faces.cli.network import network
from linkloop.faces.cli.people import people
from linkloop.faces.cli.replay import replay
from linkloop.faces.cli.risk import risk
from linkloop.faces.cli.sql import sql
from linkloop.faces.cli.up import up
from linkloop.faces.cli.verify import verify


@click.group("linkloop", cls=WordedGroup)
@click.version_option(None, "--version", package_name="linkloop", message="%(prog)s %(version)s")
def root() -> None:
    pass


for each in (
    up, import_, knowledge, labels, sql, risk, network, ask, decisions, replay, verify, map_, doctor, config, people,
    mcp, identity,
):  # fmt: skip
    root.add_command(each)
