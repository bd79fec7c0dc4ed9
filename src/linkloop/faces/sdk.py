"""The SDK: `linkloop.open()` gives a shop, here or on a server, with the same methods, structs and errors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkloop.faces.desk.desk import Desk
    from linkloop.faces.remote import Remote


def open_shop(where: str | Path = "", *, token: str = "", timeout_s: float = 60.0) -> Desk | Remote:
    """Open a shop: a folder (default: LINKLOOP_FOLDER, else `data`), or the URL of a server that runs one.

    An embedded shop is opened, not started: it answers and takes in, and leaves the sending of effects to
    `linkloop up`. `token` (default: LINKLOOP_TOKEN) and `timeout_s` are for servers. Close it with `close()`.
    """
    if str(where).startswith(("http://", "https://")):
        from linkloop.faces.remote import Remote

        return Remote(str(where), token=token or os.environ.get("LINKLOOP_TOKEN", ""), timeout_s=timeout_s)
    from linkloop.app.settings import load
    from linkloop.app.shop import Shop
    from linkloop.faces.desk.desk import Desk

    return Desk(Shop(load(where or None)))
