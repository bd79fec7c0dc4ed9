"""Addresses: what a text gives as a delivery address, cleaned and checked; it is never believed unasked."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
_LEAD = re.compile(
    r"^.*?(?:(?:地址|收货地址)(?:要|想)?(?:改|换|更改|变更)?(?:成|为|到|是)|(?:改|换|送|寄|发)(?:成|到|为|去)|地址[:：是]|"
    r"(?:address|deliver(?:y)?|ship|send)[^:.\d]{0,40}?\b(?:to|is)\b\s*:?|\b(?:new )?address\s*:)\s*",
    re.IGNORECASE | re.DOTALL,
)
_HAN = re.compile(r"[㐀-鿿]")
_HAN_MARK = re.compile(r"[省市区县州镇乡村路街道巷弄里苑园厦座栋幢楼号室]")
_STREET = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|square|sq|way|court|ct|place|pl|boulevard|blvd|building|block|"
    r"room|apartment|apt|flat|floor|house|close|terrace|park|p\.?o\.? box)\b",
    re.IGNORECASE,
)
_BAD = re.compile(r"https?:|www\.|@|[<>{}\[\]|\\`$^*=;]|[\x00-\x1f\x7f]|&&|--")
_TAIL = re.compile(
    r"[\s,，.。;；!！?？~]*(?:请|麻烦|谢谢|thanks|thank you|please|可以吗|行吗|好吗)?[\s,，.。;；!！?？~]*$", re.I
)
_PUNCTUATED = re.compile(r"[!?！？。]")


def tidy_address(text: str) -> str:
    """The address in a text, or an empty string where there is none that a parcel could be sent to.

    A Chinese address needs at least two of the signs of places and a number; a Latin one a street word and a number.
    What holds a URL, a sign of code, or more than one sentence is none.
    """
    plain = unicodedata.normalize("NFKC", text[:600]).strip()
    if "\n" in plain:
        plain = " ".join(part.strip() for part in plain.splitlines() if part.strip())
    lead = _LEAD.match(plain)
    body = _TAIL.sub("", plain[lead.end() :] if lead else plain).strip(" :：,，")
    if not 6 <= len(body) <= LONGEST or _BAD.search(body) or _PUNCTUATED.search(body) or not body.isprintable():
        return ""
    if not any(sign.isdigit() for sign in body):
        return ""
    if len(_HAN.findall(body)) >= 5:
        return re.sub(r"\s+", " ", body) if len(set(_HAN_MARK.findall(body))) >= 2 else ""
    return re.sub(r"\s+", " ", body) if _STREET.search(body) and len(body.split()) >= 3 else ""
