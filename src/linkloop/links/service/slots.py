"""Slots: what a text names, by patterns. Each is a claim that a table must confirm; nothing is read that is not there.

Every pattern is bounded and a text has at most LONGEST signs, so that no text takes long.
"""

from __future__ import annotations

import re

from linkloop.commerce.understanding import Slots
from linkloop.links.service.lexicon import NUMBERS, WORDS

# Words that make what follows an order number; without them only a number that no amount or phone looks like counts.
_CUE = r"(?:orders?|parcel|package|tracking|ref(?:erence)?|订单|单号|运单|包裹|快递单)"
_NAMED = re.compile(
    rf"{_CUE}\s{{0,3}}(?:id|no\.?|nr\.?|number|号码|编号|号)?\s{{0,3}}(?:is|are|was|是|为)?\s{{0,3}}[:#]?\s{{0,3}}#?"
    r"([A-Za-z0-9][A-Za-z0-9_-]{2,39})",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![A-Za-z0-9_@-])(?<!\d\.)#?"  # the point of an amount, not the end of a sentence before it
    r"((?=[A-Za-z_-]{0,39}\d)(?=[0-9_-]{0,39}[A-Za-z])[A-Za-z0-9_-]{6,40})(?![A-Za-z0-9_@-])"
)
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w.+-])([A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,24}){1,3})(?![A-Za-z0-9_-])"
)
_MOBILE = re.compile(r"(?<![\dA-Za-z_-])(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_ABROAD = re.compile(r"(?<![\d+])(\+\d{1,3}(?:[ ()-]{0,2}\d){6,13})(?!\d)")
_LOCAL = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|call me(?: (?:on|at))?|电话|手机号?|联系方式)\s{0,2}"
    r"(?:number|no\.?|号码?)?\s{0,2}(?:is|to|是|为|改成|换成)?\s{0,2}:?\s{0,2}(\(?0?\d(?:[ ()-]{0,2}\d){5,12})(?!\d)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[¥￥$€£]|(?<![A-Za-z])(?:RMB|CNY|USD|EUR)\s?)\s?(\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,2})?)(?!\d)"
    r"|(?<![\d.,-])(\d{1,9}(?:\.\d{1,2})?)\s?"
    r"(?:元|块钱|块(?![糖布表腕])|rmb|yuan|cny|dollars?|bucks|usd|euros?|eur|pounds?(?! of))",
    re.IGNORECASE,
)
_WRITTEN = "|".join(word for word in NUMBERS if word.isascii())
_COUNT = re.compile(
    rf"(?<![\d.第A-Za-z])(\d{{1,4}}|[一二两三四五六七八九十百]{{1,3}})\s?(?:{WORDS['unit', 'zh']})(?![月小星礼人])"
    rf"|(?<![\w.])(\d{{1,4}}|{_WRITTEN})\s(?:(?:more|of the|of|new|extra)\s)?"
    rf"(?:{WORDS['unit', 'en']}|of (?:them|these|those))(?!\w)"
    r"|(?<![A-Za-z0-9])[x×*]\s?(\d{1,3})(?!\d)",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?<![A-Za-z0-9])((?:[2-6]?X{1,4}[LS]|[SML])(?=\s?[码号])|[2-6]?X{1,4}[LS](?![A-Za-z0-9])|\d{2}(?:\.5)?(?=\s?码))"
    r"|([特加]?[大中小]号|[特加大中小均]{1,2}码)"
    r"|\bsize\s{1,2}(?:an? |is )?((?:[2-6]?x{1,4}[ls]|[sml]|\d{1,2}(?:\.5)?)(?![\w])|small|medium|large)"
    r"|\b(?:an?|in|for|the|eu|uk|us)\s((?:extra )?(?:small|medium|large)|[SML]|(?:3[4-9]|4[0-9]))(?![\w%])"
    r"|\b((?:extra )?(?:small|medium|large))\b",
    re.IGNORECASE,
)
_COLOUR = re.compile(
    rf"([深浅暗亮墨藏]?(?:{WORDS['colour', 'zh']})色)|\b((?:(?:dark|light|navy|rose) )?(?:{WORDS['colour', 'en']}))\b",
    re.IGNORECASE,
)
_THING_ZH = re.compile(rf"(?:{WORDS['kind', 'zh']}){{0,4}}(?:{WORDS['thing', 'zh']})")
_THING_EN = re.compile(
    rf"\b((?:(?:{WORDS['kind', 'en']})\s){{0,3}}(?:{WORDS['thing', 'en']})(?:e?s)?)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[《「『【\"]([^《》「」『』【】\"\n]{2,40})[》」』】\"]")
_CODE = r"[A-Z][A-Z0-9-]{3,19}"
_COUPON = re.compile(
    r"(?:coupon|voucher|promo(?:tion)?|discount|gift card|优惠券?|折扣|券|兑换|口令)\s?(?:code|码)?\s?"
    rf"(?:is|was|called|是|为)?\s?[:#]?\s?[\"']?({_CODE}|(?=[A-Za-z-]{{0,19}}\d)[A-Za-z0-9][A-Za-z0-9-]{{3,19}})"
    r"(?![A-Za-z0-9])"
    rf"|\bcode\s?(?:is)?\s?[:#]?\s?[\"']?({_CODE})(?![A-Za-z0-9])"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?"
_DATE = re.compile(
    r"(?<!\d)(20\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?)(?!\d)|(?<!\d)(\d{1,2}月\d{1,2}[日号]?)"
    r"|((?:[上下这本]个?)?(?:周|星期|礼拜)[一二三四五六日天末]|今[天晚]|明[天早]|大?后天|昨[天晚]|前天|月底|年前"
    r"|(?<![\d.路街道巷弄])\d{1,2}号(?![楼线店门院床]))"
    r"|\b((?:(?:next|this|last)\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow|yesterday"
    rf"|(?:next|this|last) (?:week|weekend|month)|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}|the \d{{1,2}}(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_DOOR = r"[0-9一二三四五六七八九十A-Za-z-]{1,8}(?:号楼?|栋|幢|室|单元|楼|层|弄|座|户)"
_PLACE_ZH = re.compile(
    r"(?:改成|改到|改为|换成|换到|寄到|送到|发到|寄去|地址[是为:]|新地址|收货地址|更新为|搬到)\s?:?\s?"
    rf"([^\s,，。!！?？;；、]{{2,60}}?(?:{_DOOR}|[路街巷村镇乡区县市园苑城厦](?=$|[\s,，。!！?？;；、])"
    r"|小区|大厦|驿站|公寓|广场|学校|大学|宿舍)(?:[^\s,，。!！?？;；、的吗呢吧]{0,20}(?:号楼?|栋|幢|室|单元|楼|层|座|户))?)"
)
_BARE_PLACE_ZH = re.compile(
    r"([一-鿿]{2,9}[省市区县][一-鿿0-9]{0,30}?(?:路|街|道|巷|村|镇|小区|花园)[一-鿿]{0,6}"
    r"[0-9A-Za-z-]{1,6}(?:号楼?|栋|室|弄)(?:[0-9A-Za-z一-鿿-]{1,12}(?:室|单元|层|栋|楼))?)"
)
_STREET = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|court|ct|place|pl|square|sq|boulevard|blvd|close|terrace"
_FLAT = r"(?i:flat|apt\.?|apartment|unit|suite)\s[0-9A-Za-z]{1,5}"
_PLACE_EN = re.compile(
    rf"((?:{_FLAT},?\s)?\d{{1,5}}[A-Za-z]?\s(?:[A-Za-z][A-Za-z'.]{{1,20}}\s){{1,3}}(?i:{_STREET})\b\.?(?:,?\s{_FLAT})?"
    r"(?:,\s?[A-Z0-9][A-Za-z0-9'.]{1,20}(?:\s[A-Z0-9][A-Za-z0-9'.]{1,20}){0,3}){0,3})"
)
_TITLE = re.compile(
    r"(?:抬头|公司名称?|单位名称?|开给|开成)\s?[是为写开:]?(?:改[成为])?\s?:?\s?([^\s,，。!！?？;；]{2,40})"
    r"|\b(?i:invoice (?:title|name)|company name|bill(?:ed)? to|made out to|addressed to|invoice to|in the name of)\s?"
    r"(?:is|to|should be|:)?\s?:?\s?([A-Z][\w&.,' -]{1,60}?)(?=$|[.!?;\n]|,\s|\s(?:please|and|with|thanks)\b)"
    r"|([一-鿿()]{2,24}(?:有限公司|有限责任公司|股份公司|集团|事务所|研究院|工作室))"
)
_LEAD = re.compile(r"^(?:应该|改[成为]|写成|开成|名称|[是为写])+")
_NO_TITLE = re.compile(r"^(?:写错|错|不对|怎么|能|可以|要改|有误|在哪|填|发|呢|吗|了|的|和|给|啥|什么)")
_TITLE_WORDS = ("抬头", "公司", "单位", "开给", "开成", "集团", "事务所", "研究院", "工作室", "nvoice", "ompany", "ill",
                "ade out", "ddressed", "the name")  # fmt: skip
_CAPITALS = re.compile(r"[A-Z]{2}")
_DIGIT = re.compile(r"\d")
_ASCII_WORD = re.compile(r"[A-Za-z]{3}")


def slots(text: str) -> Slots:
    """What a tidied text names, the first of each kind; amounts in minor units, e-mail in small letters."""
    if not text:
        return Slots()
    email = phone = ""
    if "@" in text or "://" in text or "www." in text:
        text = _LINK.sub(" ", text)
        email = _first(_EMAIL, text)
        text = text.replace(email, " ") if email else text
    digits = bool(_DIGIT.search(text))
    product = _product(text)
    if digits:
        phone, text = _phone(text)
    size, place = _first(_SIZE, text), ""
    if digits or not text.isascii():
        place = _first(_PLACE_ZH, text) or (digits and (_first(_BARE_PLACE_ZH, text) or _first(_PLACE_EN, text))) or ""
    return Slots(
        order_id=order_number(text) if digits else "",
        product=product,
        size=size.upper() if len(size) < 4 else size.lower(),
        colour=_first(_COLOUR, text).lower(),
        quantity=_quantity(text),
        amount=_amount(text) if digits else 0,
        address=place.strip(" ,."),
        email=email.lower(),
        phone=phone,
        coupon=_first(_COUPON, text).upper() if digits or _CAPITALS.search(text) else "",
        date=_first(_DATE, text).lower(),
        title=_title(text) if any(word in text for word in _TITLE_WORDS) else "",
    )


def order_number(text: str) -> str:
    """The first thing in a text that is written as an order or parcel number, or "". It proves nothing."""
    for pattern in (_NAMED, _BARE):
        for match in pattern.finditer(text):
            if sum(sign.isdigit() for sign in match[1]) >= 3:
                return match[1]
    return ""


def order_numbers(text: str) -> list[str]:
    """Everything in a text that is written as an order or parcel number, as it stands there; at most eight."""
    found = {m.start(1): m[1] for p in (_NAMED, _BARE) for m in p.finditer(text) if sum(s.isdigit() for s in m[1]) >= 3}
    return list(dict.fromkeys(found[at] for at in sorted(found)))[:8]


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return "" if found is None else next((part for part in found.groups() if part), found[0])


def _phone(text: str) -> tuple[str, str]:
    for pattern, before in ((_MOBILE, "+86"), (_ABROAD, "+"), (_LOCAL, "")):
        if found := pattern.search(text):
            digits = "".join(sign for sign in found[1] if sign.isdigit())
            return before + digits, text[: found.start()] + " " + text[found.end() :]
    return "", text


def _product(text: str) -> str:
    if quoted := _first(_QUOTED, text):
        return quoted.strip()
    longest = ""
    if not text.isascii():
        longest = max((found[0] for found in _THING_ZH.finditer(text)), key=len, default="")
    return longest or (_first(_THING_EN, text).lower() if _ASCII_WORD.search(text) else "")


def _quantity(text: str) -> int:
    found = _first(_COUNT, text)
    return _number(found) if found else 0


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    if (known := NUMBERS.get(word.lower())) is not None:
        return known
    total = 0
    if "百" in word:
        many, _, word = word.partition("百")
        total = 100 * NUMBERS.get(many, 1)
    if "十" in word:
        many, _, word = word.partition("十")
        total += 10 * NUMBERS.get(many, 1)
    return total + NUMBERS.get(word, 0)


def _amount(text: str) -> int:
    whole, _, rest = _first(_MONEY, text).replace(",", "").partition(".")
    return int(whole) * 100 + int((rest + "00")[:2]) if whole else 0


def _title(text: str) -> str:
    for found in _TITLE.finditer(text):
        title = _LEAD.sub("", next(part for part in found.groups() if part)).strip(" ,.:")
        if len(title) > 1 and not _NO_TITLE.match(title):
            return title
    return ""
