"""Titles: whom an invoice is written to, as a text names them."""

from __future__ import annotations

import re
import unicodedata

_TAX = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Z]*\d)[0-9A-Z]{15,20}(?![0-9A-Za-z])")
_PERSONAL = re.compile(
    r"(?:personal|private|individual|个人|个人抬头|开个人|我个人|自己)(?: one|的| invoice|发票|吧|please| )*", re.I
)
_COMPANY = re.compile(
    r"[一-鿿（）()A-Za-z0-9·&]{2,40}?(?:有限责任公司|股份有限公司|有限公司|公司|集团|事务所|大学|学校|医院|"
    r"工作室|中心|厂|商行|店)|"
    r"[A-Z][\w&.,' -]{1,50}?\b(?:Ltd|Limited|Inc|LLC|GmbH|Co|Corp|Corporation|PLC|AG|S\.A|University|Company)\b\.?"
)
_LEAD = re.compile(r"^(?:我要|请|麻烦|帮我|开|发票|公司|抬头|名称|[:：是为,，\s])+(?=\S{2})")


def tidy_title(text: str) -> dict[str, str]:
    """Slots of a title: `title` (empty for a private person) and `tax_number`; nothing where the text names none."""
    plain = unicodedata.normalize("NFKC", text[:300]).strip()
    if _PERSONAL.fullmatch(plain.strip(" .。!！,，").lower()):
        return {"title": "", "private": "yes"}
    tax = _TAX.search(plain)
    company = _COMPANY.search(plain)
    if company is None or not company[0].isprintable():
        return {}
    title = _LEAD.sub("", company[0]).strip()
    return {"title": title, "private": "", "tax_number": tax[0] if tax else ""} if len(title) >= 4 else {}


_MADE_OUT = re.compile(
    r"^\W*(?:(?:please|pls|kindly|it should be|should be|to|the|make it|made|make|put|write it|bill it|"
    r"issue it|address it|out to|"
    r"to|name|title|of|company|company name|is|on|for|as)\s+)*",
    re.IGNORECASE,
)
_ANY_CASE = re.compile(
    r"[\w][\w&.,' -]{1,50}?\s(?:ltd|limited|inc|llc|gmbh|co|corp|corporation|plc|ag|sarl|pty|bv|university|"
    r"company)\b\.?",
    re.IGNORECASE,
)


def answered_title(text: str) -> dict[str, str]:
    """Slots of a title in an answer to the question for it: also a company in small letters, with words before it."""
    if found := tidy_title(text):
        title = _MADE_OUT.sub("", found["title"]) if found["title"].isascii() else found["title"]
        return {**found, "title": title or found["title"]}
    plain = _MADE_OUT.sub("", unicodedata.normalize("NFKC", text[:300]).strip())
    company = _ANY_CASE.match(plain)
    if company is None or not company[0].isprintable() or "?" in plain:
        return {}
    tax = _TAX.search(plain)
    return {"title": company[0].strip(), "private": "", "tax_number": tax[0] if tax else ""}
