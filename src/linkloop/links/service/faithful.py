"""Faithful: whether another wording of a draft says nothing that the draft and its facts do not say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LONGER = 120  # signs that a better wording may add
_URL = re.compile(
    r"(?:https?:)?//|www\.|\b[\w-]+\.(?:com|cn|net|org|io|shop|top|xyz|info|me|co|app|dev|example)\b|@", re.I
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MONEY = re.compile(r"(?:[¥￥$€£]|R\$|RMB|CNY|USD|EUR)\s*\d[\d,.]*|\d[\d,.]*\s*(?:元|块|毛|角|分钱|yuan|rmb|"
                    r"cny|dollars?|euros?|usd|"
                    r"pounds?|%|percent|折|成)", re.IGNORECASE)  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*")
_CODE = re.compile(r"\b[a-z]{1,4}-[a-z0-9-]+\b")
_DAYS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may(?=\s+\d)|june|july|august|"
    r"september|october|november|december)\b|\b(?:today|tonight|tomorrow|yesterday|soon|shortly|immediately|instantly|"
    r"asap|at once|right away|next|this (?:week|month|evening|morning|afternoon)|weekend|hours?|days?|weeks?|months?|"
    r"minutes?|years?|midnight|noon)\b|今天|今日|今晚|明天|明日|后天|大后天|昨天|前天|马上|立刻|立即|尽快|很快|稍后|即刻|周[一二三四五六日末]|星期[一二三四五六日天]|"
    r"下周|本周|这周|下个?月|本月|月底|年底|小时|分钟|[天日周月年]内|当天|次日|隔天|凌晨|上午|下午|晚上|中午",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundred|thousand|million|"
    r"half|double|twice|triple|dozen|first|second|third|full(?:y)?|all|every|both|couple|few|several)\b|"
    r"[零〇一二两三四五六七八九十百千万亿半双几]+(?=[天日元块折成倍次件个份周月年小分点号位张%])|全额|全部|全款|双倍|一半|半价|所有",
    re.IGNORECASE,
)
_PROMISES = re.compile(
    r"\b(?:refund\w*|compensat\w*|reimburs\w*|replac\w*|exchang\w*|return\w*|cancel\w*|credit\w*|voucher\w*|coupon\w*|"
    r"discount\w*|gift\w*|free|bonus|guarante\w*|promis\w*|ensur\w*|assur\w*|will|shall|going to|approv\w*|"
    r"authori[sz]\w*|"
    r"deliver\w*|ship\w*|arriv\w*|sent|send\w*|chang\w*|waiv\w*|upgrad\w*|priorit\w*|expedit\w*|escalat\w*|paid|pay\w*|"
    r"charg\w*|done|complet\w*|confirm\w*|manager|supervisor|colleague|person|human|agent|call\w*|phone|stock|available|"
    r"warrant\w*|legal\w*|law\w*|fault\w*|liab\w*|lost|stolen|broken|password|card|account|bank|code)\b|"
    r"退款|退还|退回|退货|退钱|退费|赔偿|赔付|补偿|补发|换货|更换|取消|优惠券|优惠|折扣|红包|积分|赠送|赠品|礼品|免费|包邮|保证|承诺|一定|"
    r"肯定|确保|必定|批准|授权|送达|发货|发出|寄出|到账|到货|签收|改好|已改|升级|加急|优先|支付|付款|扣款|完成|办好|确认|经理|主管|"
    r"同事|人工|专员|客服|电话|来电|库存|现货|质保|保修|法律|责任|丢失|损坏|密码|银行卡|账号|账户|验证码|会(?=为|给|在|把|尽|将)|将(?=于|在|为|给|会)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|never|none|nothing|cannot|without|unable|neither|nor|hardly|yet|already|un(?:fortunately|paid|shipped))\b|"
    r"n't\b|不|没|未|无|别|勿|尚|已经?|还",
    re.IGNORECASE,
)
_STRANGE = re.compile(r"[<>{}\[\]|\\`*_#^~]")
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[a-zà-ÿ]+", re.IGNORECASE)


def faithful(text: str, draft: str, facts: Iterable[str] = ()) -> bool:
    """Whether `text` may be said instead of `draft`.

    Every number, amount, date, id, address of the web, word of time or count, and every word that promises or tells of
    a deed must stand in the draft already (numbers and ids also in `facts`), all numbers and ids of the draft must
    still be there, and its yes and no must be as many as before. Refusing costs only elegance: the draft stays.
    """
    if not text.strip() or len(text) > 2 * len(draft) + _LONGER:
        return False
    if any(
        unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs", "No", "Nl", "So") for sign in text if sign != "\n"
    ):
        return False
    said, base = _plain(text), _plain(draft)
    known = " ".join((base, *(_plain(fact) for fact in facts)))
    if any(sign.isdigit() and not sign.isascii() for sign in said) or _foreign(said, base):
        return False
    if any(said.count(sign) > base.count(sign) for sign in "¥￥$€£%"):
        return False
    # A fact lends its numbers and ids, never its words: what may be promised is in the draft alone.
    for pattern, given in (
        (_URL, base), (_NUMBER, known), (_MONEY, base), (_ID, known), (_CODE, known), (_DAYS, base), (_COUNTS, base),
        (_PROMISES, base),
    ):  # fmt: skip
        if not _found(pattern, said) <= _found(pattern, given):
            return False
    for pattern in (_NUMBER, _ID, _MONEY):
        if not _found(pattern, base) <= _found(pattern, said):
            return False
    if len(_STRANGE.findall(said)) > len(_STRANGE.findall(base)):
        return False
    return sorted(_NOT.findall(said)) == sorted(_NOT.findall(base))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'").lower() if not text.isascii() else text.lower()


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {re.sub(r"\s+", "", match[0].lower()).strip(".,:") for match in pattern.finditer(text)}


def _foreign(said: str, base: str) -> bool:
    """Whether the language changed: other letters than the draft's, or Latin words in a Chinese text that had none."""
    if bool(_HAN.search(said)) != bool(_HAN.search(base)):
        return True
    if _HAN.search(base) and not set(_WORD.findall(said)) <= set(_WORD.findall(base)):
        return True
    return any(sign.isalpha() and not sign.isascii() and not _HAN.match(sign) and sign not in base for sign in said)
