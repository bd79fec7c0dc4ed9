"""The error of a URL that no model is behind."""

from __future__ import annotations

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text


def bad_model(en: str, zh: str, where: str) -> LinkloopError:
    """The error of a URL that no model is behind."""
    return LinkloopError(
        "settings.model",
        Text(en=en, zh=zh),
        Text(
            en="Write it as openai+https://host/v1?model=NAME, or an encoder as static:///folder; see docs/guide.md.",
            zh="写法为 openai+https://host/v1?model=名称，编码器为 static:///文件夹，见 docs/guide.zh.md。",
        ),
        where,
    )
