"""Why a row cannot be taken in: the codes, and their sentences in both languages."""

from __future__ import annotations

from linkloop.core.text import Text

REASONS: dict[str, Text] = {
    "row.long": Text(en="the row has more cells than there are headers", zh="这一行的单元格比表头多"),
    "row.short": Text(en="the row has fewer cells than there are headers", zh="这一行的单元格比表头少"),
    "row.quotes": Text(
        en="a quotation mark is not closed or stands inside a cell", zh="引号没有闭合，或出现在单元格中间"
    ),
    "row.huge": Text(en="the row is longer than a million characters", zh="这一行超过一百万个字符"),
    "row.bytes": Text(en="some bytes cannot be read in the encoding of the file", zh="有些字节无法按文件编码读取"),
    "row.nul": Text(en="the row has a NUL character", zh="这一行含有空字符（NUL）"),
    "row.preamble": Text(en="the row stands above the header", zh="这一行在表头之上"),
    "mapping.none": Text(en="no commerce table was recognised in this file", zh="没有识别出这个文件对应的业务表"),
    "key.missing": Text(en="the key is missing", zh="缺少主键"),
    "key.conflict": Text(en="an earlier row has this key with other values", zh="前面已有同一主键而内容不同的行"),
    "id.imprecise": Text(
        en="a spreadsheet cut the digits of this number; export it as text",
        zh="表格软件截断了这个编号的数字；请以文本格式导出",
    ),
    "value.missing": Text(en="a value is missing", zh="缺少值"),
    "value.unknown": Text(
        en="this word is not in the mapping; add it under values", zh="映射里没有这个词；请加到 values 之下"
    ),
    "date.invalid": Text(en="not a date", zh="不是日期"),
    "date.range": Text(en="a date before 1970 or after 2100", zh="日期早于 1970 年或晚于 2100 年"),
    "money.invalid": Text(en="not an amount of money", zh="不是金额"),
    "money.range": Text(en="an amount too large to be true", zh="金额过大"),
    "money.negative": Text(
        en="a price below zero; book it as a return (quantity below zero)", zh="价格为负；退货请记为负数量"
    ),
    "currency.unknown": Text(en="no ISO 4217 currency", zh="不是 ISO 4217 币种代码"),
    "number.invalid": Text(en="not a number", zh="不是数字"),
    "number.fraction": Text(en="not a whole number", zh="不是整数"),
    "number.range": Text(en="a number outside what is possible", zh="数字超出可能的范围"),
    "quantity.zero": Text(en="a quantity of zero", zh="数量为零"),
}
"""Sentence per code. A refusal that a mapping states brings its own sentence."""


def tell(reasons: list[tuple[str, str]], own: dict[str, Text]) -> Text:
    """One sentence for the (code, column) pairs of a row; `own` holds the sentences of a mapping's refusals."""
    told = [(column, REASONS.get(code) or own[code]) for code, column in reasons]
    return Text(
        en="; ".join(f"{column}: {text.en}" if column else text.en for column, text in told),
        zh="；".join(f"{column}：{text.zh}" if column else text.zh for column, text in told),
    )
