"""Region: which currency and which time zone a file is in, from what stands in it."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import msgspec
import polars as pl

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.names import note, plain, scores, synonyms


class Regions(msgspec.Struct, frozen=True):
    """`regions.json` beside this module: ISO 4217 codes, and the signs, payment methods and countries that tell one."""

    currencies: list[str]
    signs: dict[str, str]
    methods: dict[str, str]
    countries: dict[str, list[str]]
    timezones: dict[str, str]


class Evidence(msgspec.Struct, frozen=True):
    """A currency, how sure (0 to 1), and why; empty when nothing tells."""

    currency: str = ""
    confidence: float = 0.0
    why: Text = Text(en="", zh="")


@cache
def regions() -> Regions:
    """The table of regions, read once."""
    return msgspec.json.decode((Path(__file__).parent / "regions.json").read_bytes(), type=Regions)


def checked(currency: str) -> str:
    """A currency code in capitals. Raises LinkloopError `currency.unknown`."""
    code = currency.strip().upper()
    if code not in regions().currencies:
        raise LinkloopError(
            "currency.unknown",
            Text(en=f"{currency!r} is no ISO 4217 currency", zh=f"{currency!r} 不是 ISO 4217 币种代码"),
            Text(en="Give a code such as CNY, GBP or BRL.", zh="请给出 CNY、GBP、BRL 之类的代码。"),
        )
    return code


def currency_column(header: tuple[str, ...]) -> str:
    """The column that names the currency of each row, or an empty string."""
    names = {plain(name) for name in synonyms().currency_columns}
    return next((name for name in header if plain(name) in names), "")


def evidence(header: tuple[str, ...], sample: pl.DataFrame) -> Evidence:
    """What the headers and the sampled text (columns by header) tell of the currency, the strongest sign first."""
    for name in header:
        found = _by_sign(note(name)) or _by_code(f" {note(name)}") or _by_code(plain(name))
        if found:
            return Evidence(found, 0.95, _because(found, f"header “{name}”", f"表头“{name}”"))
    votes: Counter[str] = Counter()
    where: dict[str, tuple[float, str, str]] = {}
    for name in header:
        told: list[tuple[dict[str, str], float, str, str]] = []
        if "method" in scores("payments", name):
            told.append((regions().methods, 0.8, "payment method", "支付方式"))
        if "country" in scores("customers", name):
            told.append((_by_country(), 0.75, "country", "国家"))
        for value, times in Counter(sample[name].drop_nulls().head(5000).to_list()).most_common(200):
            word = value.strip().casefold()
            if len(word) > 60:
                continue
            if _is_amount(word) and (sign := _by_sign(word)):
                votes[sign] += times
                where.setdefault(sign, (0.9, f"amounts such as “{value}”", f"金额写作“{value}”"))
            for table, sure, en, zh in told:
                if code := table.get(word):
                    votes[code] += times
                    where.setdefault(code, (sure, f"{en} “{value}”", f"{zh}“{value}”"))
    if not votes:
        return Evidence()
    (code, most), total = votes.most_common(1)[0], votes.total()
    sure, en, zh = where[code]
    return Evidence(code, round(sure * most / total, 3), _because(code, en, zh))


def timezone_of(currency: str, default: str) -> str:
    """The time zone that most sellers in a currency keep, or the shop's own."""
    return regions().timezones.get(currency, default)


def _because(code: str, en: str, zh: str) -> Text:
    return Text(en=f"{code}, because of {en}", zh=f"{code}，依据：{zh}")


def _by_sign(text: str) -> str:
    return next((code for sign, code in regions().signs.items() if sign.casefold() in text), "") if text else ""


def _by_code(name: str) -> str:
    last = name.rsplit(" ", 1)[-1].upper() if " " in name else ""
    return last if last in regions().currencies else ""


def _is_amount(word: str) -> bool:
    """A number with something before or after it that may be the sign of a currency."""
    bare = word.strip("-() ")
    signed = bool(bare) and (not bare[0].isalnum() or not bare[-1].isalnum() or bare[:1] in "rhnacu")
    return signed and any(c.isdigit() for c in bare) and sum(c.isalpha() for c in bare) <= 3


@cache
def _by_country() -> dict[str, str]:
    return {name: code for code, names in regions().countries.items() for name in names}
