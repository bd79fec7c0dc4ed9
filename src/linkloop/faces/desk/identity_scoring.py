"""Identity scoring: how probable it is that a sender is a customer, by splink, offline, over blocked pairs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

# Of true pairs, the share at each level of agreement, best first: stated, not fitted (a shop has no truth to fit to).
NAME_M = (0.70, 0.18, 0.12)  # the same, nearly the same, another (a nickname, a family's account)
PHONE_M = (0.88, 0.07, 0.05)  # the same, one digit wrong, another number
MAIL_M = (0.60, 0.20, 0.20)  # the same address, the same part before the @, another
CITY_M = (0.80, 0.20)
ORDER_M = (0.85, 0.15)  # who names an order mostly names their own
# Of pairs of two people, how often what is nearly the same comes about by chance.
NEAR_NAME_U, NEAR_PHONE_U, SAME_USER_U = 0.004, 0.0001, 0.0005
LEAST_U = 1e-6
HALF = 0.5  # of the senders, about so many are customers: the prior
TAIL = 8  # last digits of a telephone number, without country and area
NEAR = 0.88  # Jaro-Winkler similarity of names that are nearly the same


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A sender or a customer as far as it is known: `phone` and `mail` as given, `orders` as named or placed."""

    id: str
    name: str = ""
    phone: str = ""
    mail: str = ""
    city: str = ""
    orders: tuple[str, ...] = ()


class Scored(msgspec.Struct, frozen=True):
    """A pair, the probability that it is one (0 to 1), and what agrees."""

    sender: str
    customer: str
    score: float
    because: tuple[str, ...]


def score(senders: Sequence[Person], customers: Sequence[Person], least: float = HALF) -> list[Scored]:
    """All pairs that share a blocking key and reach `least`, most probable first.

    Raises LinkloopError `extra.missing` that names the extra. Fellegi and Sunter 1969; Winkler 1990.
    """
    if not senders or not customers:
        return []
    splink = _splink()
    left, right = [row_of(one) for one in senders], [row_of(one) for one in customers]
    settings = splink["SettingsCreator"](
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=_comparisons(splink, right),
        blocking_rules_to_generate_predictions=list(BLOCKS),
        probability_two_random_records_match=min(0.5, HALF / len(customers)),
        retain_intermediate_calculation_columns=True,
    )
    api = splink["DuckDBAPI"]()
    tables = [api.register(_table(rows), dataset_display_name=name) for name, rows in (("a", left), ("b", right))]
    linker = splink["Linker"](tables, settings, log_level=40)
    found = linker.inference.predict(threshold_match_probability=0.01).as_pyarrow_table().to_pylist()
    ranked = sorted(one_of(_scored(row) for row in found), key=lambda s: (-s.score, s.sender, s.customer))
    return [one for one in ranked if one.score >= least]


def one_of(scored: Iterable[Scored]) -> list[Scored]:
    """The same pairs where a sender is one customer at most: two who fit alike take half of it each."""
    odds: dict[str, dict[str, float]] = {}
    pairs = list(scored)
    for one in pairs:
        odds.setdefault(one.sender, {})[one.customer] = one.score / max(1e-9, 1 - one.score)
    return [
        msgspec.structs.replace(
            one, score=round(odds[one.sender][one.customer] / (1 + sum(odds[one.sender].values())), 4)
        )
        for one in pairs
    ]


# Pairs are looked at only if one of these agrees (splink's SQL; `l` and `r` are the two sides).
BLOCKS = (
    "l.phone = r.phone",
    "l.mail = r.mail",
    "l.mail_user = r.mail_user",
    "l.name = r.name",
    "l.short_name = r.short_name and l.city = r.city",
    "list_has_any(l.orders, r.orders)",
)


def row_of(one: Person) -> dict[str, Any]:
    """A person as splink compares them: normalised, and None where nothing is known."""
    name = plain(one.name)
    mail = one.mail.strip().casefold()
    user = re.sub(r"\+.*$", "", mail.split("@")[0]).replace(".", "")
    digits = re.sub(r"\D", "", one.phone)
    return {
        "id": one.id,
        "name": name or None,
        "short_name": short(name) or None,
        "phone": digits[-TAIL:] if len(digits) >= TAIL else None,
        "mail": mail or None,
        "mail_user": user if len(user) >= 3 else None,
        "city": plain(one.city) or None,
        "orders": sorted({order.upper() for order in one.orders}) or None,
    }


def plain(text: str) -> str:
    """A name without accents, case and doubled spaces."""
    apart = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).casefold().split())


def short(name: str) -> str:
    """What is left of a name that is half given: the surname of a Chinese one, the last word of another."""
    if not name:
        return ""
    return name[0] if "\u4e00" <= name[0] <= "\u9fff" else name.split()[-1]


def chance(values: Iterable[Any]) -> float:
    """How often two different people have the same value: the u-probability, without the pairs that are one."""
    counts = Counter(value for value in values if value is not None)
    n = sum(counts.values())
    same = sum(count * (count - 1) for count in counts.values())
    return max(LEAST_U, same / (n * (n - 1))) if n > 1 else LEAST_U


def _comparisons(splink: dict[str, Any], customers: list[dict[str, Any]]) -> list[Any]:
    levels = splink["levels"]

    def compare(column: str, m: tuple[float, ...], u: tuple[float, ...], *tests: Any) -> Any:
        tested = [
            test.configure(m_probability=m[n], u_probability=u[n])
            for n, test in enumerate((*tests, levels.ElseLevel()))
        ]
        return splink["CustomComparison"](
            output_column_name=column, comparison_levels=[levels.NullLevel(column), *tested]
        )

    def chances(column: str, *near: float) -> tuple[float, ...]:
        exact = chance(row[column] for row in customers)
        return (exact, *near, max(LEAST_U, 1 - exact - sum(near)))

    return [
        compare("name", NAME_M, chances("name", NEAR_NAME_U), levels.ExactMatchLevel("name"),
                levels.JaroWinklerLevel("name", NEAR)),
        compare("phone", PHONE_M, chances("phone", NEAR_PHONE_U), levels.ExactMatchLevel("phone"),
                levels.DamerauLevenshteinLevel("phone", 1)),
        compare("mail", MAIL_M, chances("mail", SAME_USER_U), levels.ExactMatchLevel("mail"),
                levels.CustomLevel("mail_user_l = mail_user_r")),
        compare("city", CITY_M, chances("city"), levels.ExactMatchLevel("city")),
        compare("orders", ORDER_M, (LEAST_U * 10, 1 - LEAST_U * 10), levels.ArrayIntersectLevel("orders", 1)),
    ]  # fmt: skip


def _scored(row: dict[str, Any]) -> Scored:
    sides = (row["id_l"], row["id_r"])
    sender, customer = sides if row["source_dataset_l"] == "a" else sides[::-1]
    because = []
    for column, words in WORDS.items():
        gamma = row[f"gamma_{column}"]
        if gamma > 0:
            because.append(words[0] if gamma == len(words) else words[1])
    return Scored(sender, customer, float(row["match_probability"]), tuple(because))


# What agreed, best level first; the console has the words of both languages.
WORDS = {
    "name": ("same name", "similar name"),
    "phone": ("same phone", "phone but for one digit"),
    "mail": ("same e-mail", "similar e-mail"),
    "city": ("same city",),
    "orders": ("names their order",),
}


def _table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    text, many = pa.string(), pa.list_(pa.string())
    columns = [(name, many if name == "orders" else text) for name in rows[0]]
    return pa.Table.from_pylist(rows, schema=pa.schema(columns))


def _splink() -> dict[str, Any]:
    try:
        import splink.comparison_level_library as levels
        from splink import Linker, SettingsCreator
        from splink.backends.duckdb import DuckDBAPI
        from splink.comparison_library import CustomComparison
    except ImportError as error:
        raise LinkloopError(
            "extra.missing",
            Text(en="suggesting merges needs splink, which is not installed", zh="合并建议需要 splink，尚未安装"),
            Text(en="Install it: pip install 'linkloop[identity]'.", zh="请安装：pip install 'linkloop[identity]'。"),
            where="identity",
        ) from error
    return {
        "levels": levels,
        "Linker": Linker,
        "SettingsCreator": SettingsCreator,
        "DuckDBAPI": DuckDBAPI,
        "CustomComparison": CustomComparison,
    }
