"""The console: the pages that `console/` builds into `built/`, and what a browser may load for them."""

from __future__ import annotations

import os
from pathlib import Path

# `style-src` gets a nonce for antd's sheets with each index.html; charts and tables set style attributes.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: "
    "blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_dir() -> Path:
    """The folder to serve at `/`; `index.html` is its start. LINKLOOP_CONSOLE names another build (development)."""
    return Path(os.environ.get("LINKLOOP_CONSOLE") or Path(__file__).parent / "built")
