"""The first page: plain files that a browser runs as they are, with no build and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

# The page keeps to this by its own <meta>; a server that sends it as a header adds what a <meta> cannot say.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_dir() -> Path:
    """The folder to serve at `/`; `index.html` is its start."""
    return Path(__file__).parent / "web"
