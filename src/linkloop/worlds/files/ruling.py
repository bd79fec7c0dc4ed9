"""Ruling: the rule for each field of a table whose columns are known, with the reason in words."""

from __future__ import annotations

from typing import Literal

import msgspec

from linkloop.core.text import Text
from linkloop.store.columns import Column, columns
from linkloop.worlds.files.mapping import ColumnRule, Pick, TableMapping
from linkloop.worlds.files.names import EXACT, note, plain, synonyms
from linkloop.worlds.files.profile import Profile
from linkloop.worlds.files.region import Evidence, currency_column
from linkloop.worlds.files.targets import TARGETS


class Found(msgspec.Struct, frozen=True):
    """A column for a field: how sure (0 to 1), and how well the name alone fits."""

    column: str
    confidence: float
    named: float


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The currency and the time zone of a file, and what told them."""

    currency: str
    timezone: str
    evidence: Evidence


_MOST: tuple[str, ...] = ("title", "price", "country", "city", "region", "category", "brand")


class Guesser:
    """Makes rules; `fed` is table → field → column for all tables of the file."""

    def __init__(
        self,
        profiles: dict[str, Profile],
        place: Place,
        header: tuple[str, ...],
        fed: dict[str, dict[str, Found]],
    ) -> None:
        self.profiles = profiles
        self.place = place
        self.currency_from = currency_column(header)
        self.fed = fed

    def table(self, table: str, rows: Literal["each", "key"]) -> TableMapping:
        """The mapping of one table."""
        target, found = TARGETS[table], self.fed[table]
        rules: dict[str, ColumnRule] = {}
        for column in columns(target.kind):
            if column.name in found:
                rules[column.name] = self.rule(table, column, found[column.name], rows)
            elif column.name == target.counted:
                rules[column.name] = ColumnRule(
                    transform="count",
                    why=_why("no column: counted in the order of the file", "没有对应的列：按文件顺序编号"),
                )
            elif column.name in target.constants:
                rules[column.name] = ColumnRule(
                    transform="constant",
                    constant=target.constants[column.name],
                    confidence=0.6,
                    why=_why(
                        f"no column: {target.constants[column.name]} for every row",
                        f"没有对应的列：每行都取 {target.constants[column.name]}",
                    ),
                )
        self._special(table, rules, rows)
        where = ""
        if table == "parcels" and found["parcel_id"].column == found["order_id"].column:
            where = found["shipped_at"].column
        return TableMapping(table=table, rows=rows, columns=rules, where=where)

    def rule(self, table: str, column: Column, found: Found, rows: str) -> ColumnRule:
        """The rule for one field that a column gives."""
        name, values = column.name, self.profiles[found.column]
        rule = ColumnRule(
            source=(found.column,),
            confidence=found.confidence,
            why=_because(found, column, values),
            pick="first" if rows == "each" else _pick(name),
            decimal=values.decimal if values.number else ".",
        )
        change = msgspec.structs.replace
        if column.form == "money":
            return self._money(rule)
        if str(column.arrow).startswith("timestamp"):
            doubt = _why("; day or month first cannot be told from the values", "；从数值看不出日在前还是月在前")
            why = Text(en=rule.why.en + doubt.en, zh=rule.why.zh + doubt.zh) if values.day_or_month else rule.why
            sure = rule.confidence * (0.7 if values.day_or_month else 1.0)
            zone = self.place.timezone
            return change(
                rule,
                transform="date",
                format=values.formats,
                timezone=zone,
                decimal=".",
                confidence=round(sure, 3),
                why=why,
            )
        if str(column.arrow) in ("int64", "double"):
            scale = _scale(name, found.column)
            return change(rule, transform="int" if str(column.arrow) == "int64" else "number", scale=scale)
        rule = change(rule, decimal=".")
        if f"{table}.{name}" in synonyms().words:
            return change(rule, transform="word", words=f"{table}.{name}")
        if name.endswith("_id") or name in TARGETS[table].kind.__key__:
            return change(rule, transform="digits" if values.tailed else "id")
        return rule

    def _money(self, rule: ColumnRule) -> ColumnRule:
        place = self.place
        if self.currency_from:
            why = Text(
                en=f"{rule.why.en}; currency by column “{self.currency_from}”",
                zh=f"{rule.why.zh}；币种取自“{self.currency_from}”列",
            )
            return msgspec.structs.replace(
                rule, transform="money", currency=place.currency, currency_from=self.currency_from, why=why
            )
        told = (
            place.evidence.why
            if place.evidence.currency
            else _why(
                f"{place.currency}, the setting of the shop: nothing in the file tells",
                f"{place.currency}，按店铺设置：文件里没有线索",
            )
        )
        return msgspec.structs.replace(
            rule,
            transform="money",
            currency=place.currency,
            confidence=round(rule.confidence * (0.7 + 0.3 * place.evidence.confidence), 3),
            why=Text(en=f"{rule.why.en}; {told.en}", zh=f"{rule.why.zh}；{told.zh}"),
        )

    def _special(self, table: str, rules: dict[str, ColumnRule], rows: str) -> None:
        """Fields that are made of several columns, or of what another table of the file has."""
        lines = self.fed.get("order_lines", {})
        if table == "order_lines" and "amount" in lines and lines["price"] == lines["amount"] and "quantity" in lines:
            pair = (lines["amount"].column, lines["quantity"].column)
            why = _why("the amount of the line by its quantity", "行金额除以数量")
            rules["price"] = msgspec.structs.replace(rules["price"], transform="per_unit", source=pair, why=why)
        if table == "orders" and "status" not in rules and self.profiles[rules["order_id"].source[0]].prefixed:
            rules["status"] = ColumnRule(
                source=rules["order_id"].source,
                transform="prefix",
                values=dict.fromkeys(synonyms().order_prefixes["returned"], "returned"),
                confidence=0.8,
                why=_why(
                    "order numbers are digits; with the letter C they are returns",
                    "订单号为数字；以字母 C 开头的是退货",
                ),
            )
        counted = {"quantity", "price"} <= lines.keys() and "freight" not in lines
        if table == "orders" and rows == "key" and "total" not in rules and counted:
            summed = self._money(
                ColumnRule(why=_why("the sum of price × quantity of its lines", "各行单价 × 数量之和"))
            )
            pair = (lines["price"].column, lines["quantity"].column)
            whole = lines["price"] == lines.get("amount")
            rules["total"] = msgspec.structs.replace(
                summed, transform="money" if whole else "product", source=pair[:1] if whole else pair, pick="sum",
                decimal=self.profiles[pair[0]].decimal,
            )  # fmt: skip
        if table == "parcels" and "status" not in rules and rows == "key":
            found = self.fed["parcels"]
            stages = {"delivered_at": "delivered", "shipped_at": "shipped"}
            values = {found[field].column: stage for field, stage in stages.items() if field in found}
            rules["status"] = ColumnRule(
                source=tuple(values), transform="present", values=values, constant="packed", confidence=0.8,
                why=_why("by which of its dates is there", "按已有的日期判断"),
            )  # fmt: skip
        if table == "category_names" and "language" not in rules:
            word = plain(rules["name"].source[0])
            tag = next((tag for end, tag in synonyms().languages.items() if word.endswith(end)), "en")
            why = _why("by the end of the header", "按表头的末尾判断")
            rules["language"] = ColumnRule(transform="constant", constant=tag, confidence=0.8, why=why)


def _pick(name: str) -> Pick:
    if name == "placed_at":
        return "min"
    return "most" if name in _MOST else "first"


def _scale(name: str, header: str) -> float:
    """How many of our units one unit of the column is, by the last word of its header or the note in brackets."""
    units = synonyms().units.get(name, {})
    told = [note(header), plain(header).rsplit(" ", 1)[-1]]
    return float(next((units[word] for word in told if word in units), 1))


def _because(found: Found, field: Column, values: Profile) -> Text:
    header, typed = found.column, str(field.arrow) != "string"
    field_name = field.name
    if found.named == EXACT:
        name = Text(en=f"“{header}” is a known name of {field_name}", zh=f"“{header}”是 {field_name} 的常用名")
    elif found.named:
        name = Text(en=f"“{header}” reads like {field_name}", zh=f"“{header}”的名称像 {field_name}")
    else:
        name = Text(en=f"“{header}” is the only column with such values", zh=f"只有“{header}”列有这样的数值")
    shares = []
    if values.filled < 1:
        shares.append(Text(en=f"{values.filled:.0%} filled", zh=f"{values.filled:.0%} 有值"))
    if typed and values.formats:
        shares.append(Text(en=f"{values.date:.0%} dates", zh=f"{values.date:.0%} 是日期"))
    elif typed and values.number:
        shares.append(Text(en=f"{values.number:.0%} numbers", zh=f"{values.number:.0%} 是数字"))
    return Text(
        en=", ".join([name.en, *(share.en for share in shares)]),
        zh="，".join([name.zh, *(share.zh for share in shares)]),
    )


def _why(en: str, zh: str) -> Text:
    return Text(en=en, zh=zh)
