"""Opens a shop's own model from the file that the settings name (labels.py makes it)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linkloop.core.errors import LinkloopError
from linkloop.core.question import Model
from linkloop.core.text import Text
from linkloop.links.service.model import UnderstandModel
from linkloop.links.service.weights import load
from linkloop.models.embedding import Encoder, is_encoder

SCHEME = "labels"


def open_own(name: str, url: str, open_url: Callable[[str], Model]) -> UnderstandModel:
    """The model of `labels:///FILE`, which takes the place of the shipped one.

    Raises LinkloopError `model.file` where the file cannot be read, `model.encoder` where its encoder is not here, and
    `settings.model` for another URL.
    """
    where = url.removeprefix(f"{SCHEME}://")
    if where == url or not where.startswith("/"):
        raise LinkloopError(
            "settings.model",
            Text(en=f"{url[:60]!r} is no path of a file", zh=f"{url[:60]!r} 不是文件路径"),
            Text(en="Write labels:///PATH/TO/FILE.safetensors.", zh="请写成 labels:///路径/文件.safetensors。"),
            f"model.{name}",
        )

    def opened(encoder_url: str) -> Encoder:
        found = open_url(encoder_url)
        if not is_encoder(found):
            raise ValueError(f"{encoder_url} does not answer Embed")
        return found

    return UnderstandModel(load(Path(where), opened))
