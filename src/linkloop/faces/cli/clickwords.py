"""Click's own words (Usage, Options, Error: …) in the language that is spoken."""

from __future__ import annotations

import sys

from linkloop.faces.cli.words import catalogue, language


def translate(message: str) -> str:
    """Stands in for `gettext` in click: its English, or our Chinese of it."""
    return catalogue("click").get(message, message) if language() == "zh" else message


def translate_number(one: str, many: str, count: int) -> str:
    """Stands in for `ngettext`; Chinese has one form."""
    return translate(many) if language() == "zh" else (one if count == 1 else many)


def teach() -> None:
    """Let click look its words up here. It asks gettext for compiled files, of which a wheel of sources has none."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            if hasattr(module, "_"):
                setattr(module, "_", translate)  # noqa: B010  (a module's name, not an attribute that it declares)
            if hasattr(module, "ngettext"):
                setattr(module, "ngettext", translate_number)  # noqa: B010
