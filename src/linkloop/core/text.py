"""Text: one sentence for a person, in English and in Chinese."""

from __future__ import annotations

import msgspec


class Text(msgspec.Struct, frozen=True, gc=False):
    """What a person reads, complete in both languages."""

    en: str
    zh: str

    def say(self, lang: str) -> str:
        """The sentence in `lang` ("zh", "zh_CN.UTF-8", "en", …); anything that is not Chinese gets English."""
        return self.zh if lang.lower().startswith("zh") else self.en
