"""Titles: whom an invoice is written to, as a text names them."""

from __future__ import annotations

import re
import unicodedata

_TAX = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Z]*\d)[0-9A-Z]{15,20}(?![0-9A-Za-z])")
_PERSONAL = re.compile(
    r"(?:just |a |make it |for )*(?:personal|private|individual|personally|private person|myself|me|my own name|"
    r"my name|"
    r"(?:开|写|就|要|是|填)*(?:个人|个人抬头|我个人|自己|我自己|私人|我的名字|本人))"
    r"(?: one|的| invoice|发票|抬头|吧|就行|就好|即可|名字|名义|please| )*",
    re.I,
)
_COMPANY = re.compile(
    r"[一-鿿（）()A-Za-z0-9·&]{2,40}?(?:有限责任公司|股份有限公司|有限公司|公司|集团|事务所|大学|学校|医院|"
    r"工作室|中心|厂|商行|店|研究院|研究所|协会|基金会|委员会|幼儿园|俱乐部|合作社|经营部|律所|学院)|"
    r"[A-Z][\w&.,' -]{1,50}?\b(?:Ltd|Limited|Inc|Incorporated|LLC|LLP|GmbH|Co|Corp|Corporation|PLC|AG|S\.A|"
    r"University|Company)\b\.?(?:, (?:Ltd|Inc|LLC)\b\.?)?"
)
_OURS = re.compile(r"(?:我们?|咱们?|你们?|本|贵|敝)(?:的)?(?:公司|单位|店|厂)")
_LEAD = re.compile(r"^(?:我要|请|麻烦|帮我|开|发票|公司|抬头|名称|全称|[:：是为,，\s])+(?=\S{2})")


def tidy_title(text: str) -> dict[str, str]:
    """Slots of a title: `title` (empty for a private person) and `tax_number`; nothing where the text names none."""
    plain = unicodedata.normalize("NFKC", text[:300]).strip()
    if _PERSONAL.fullmatch(plain.strip(" .。!！,，").lower()):
        return {"title": "", "private": "yes"}
    tax = _TAX.search(plain)
    # "Our company" names none; of several the longest is one.
    company = max((found[0] for found in _COMPANY.finditer(_OURS.sub(" ", plain))), key=len, default="")
    if not company or not company.isprintable():
        return {}
    title = _LEAD.sub("", company).strip()
    return {"title": title, "private": "", "tax_number": tax[0] if tax else ""} if len(title) >= 4 else {}


# What people put around a name that they were asked for.
_MADE_OUT = re.compile(
    r"^\W*(?:(?:please|pls|kindly|ok|okay|sure|yes|hi|well|um|uh|it is|it's|its|that is|that's|that would be|"
    r"it would be|"
    r"it should be|it should say|should be|we are|we're|i am|i'm|my|our|your|to|the|a|make it|made|make|put it|put|"
    r"write it|write|bill it|bill|issue it|issue|address it|addressed|do it|out to|out|under|in|name|business|firm|"
    r"billing|"
    r"invoice|title|of|company|company name|is|are|on|for|as|with|use|would|be)\b[\s:,]*)*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\s,.!;]*\b(?:please|pls|plz|thanks?(?: you)?(?: very much| so much| a lot)?|thx|cheers|ta|if you (?:would|could)"
    r"(?: be so kind)?|if possible|that's it|that is it|will do|is fine|would do)\W*$",
    re.IGNORECASE,
)
_ANY_CASE = re.compile(
    r"[\w][\w&.,'’ -]{1,60}?\s(?:ltd|limited|inc|incorporated|llc|llp|lp|gmbh|co|corp|corporation|plc|ag|sarl|sas|srl|"
    r"spa|kg|ug|bv|nv|oy|ab|as|pty|pvt|pte|university|college|school|hospital|clinic|foundation|institute|association|"
    r"agency|bakery|cafe|restaurant|studios?|group|holdings?|partners|associates|brothers|bros|enterprises?|industries|"
    r"international|trading|consulting|consultants|services|solutions|systems|technologies|technology|labs?|works|"
    r"builders|construction|plumbing|roofing|logistics|transport|media|design|company|sons)\b\.?(?:\s(?:ltd|limited|"
    r"inc|"
    r"incorporated|llc|llp|co|corp|plc|gmbh|pty|pvt)\b\.?){0,2}",
    re.IGNORECASE,
)
_HAN_AROUND = re.compile(
    r"^(?:(?:请|麻烦|帮我|就|那就|用|写|填|开|开成|开给|抬头|发票抬头|发票|单位|公司|名称|全称|名字|叫|我们|我司|"
    r"咱们|的|嗯|好的|[:：是为,，\s])+)"
    r"(?=\S{4})"
)
_NO_NAME = re.compile(
    r"[?？]|吗|呢$|什么|怎么|多少|为啥|为什么|\b(?:why|what|how|when|where|which|can|could|do you|does)\b", re.I
)
# A person's name as it is written: two to four words that begin with capitals, or a Chinese surname and given name.
_NAME = re.compile(
    r"[A-ZÀ-Þ][\w'’.-]{0,30}(?: (?:(?:de|da|del|der|den|van|von|la|le|bin|al|y) ){0,2}[A-ZÀ-Þ][\w'’.-]{0,30}){1,3}"
)
_NO_PART = re.compile(
    r"\b(?:"
    r"bro|dude|dunno|idk|mate|nah|nope|whatever|yea|yeah|yep|sry|pls|plz|ur|u|"
    r"a|an|and|any|are|at|be|before|but|buy|call|can|cancel|check|do|done|every|ever|fine|first|for|forget|"
    r"get|give|go|good|got|great|have|hello|help|here|hey|hi|how|i|if|in|is|it|its|just|later|leave|let|"
    r"like|look|made|make|maybe|me|mind|money|more|my|need|never|new|next|no|none|not|nothing|now|of|off|"
    r"oh|ok|okay|on|one|or|order|other|our|over|please|refund|return|same|see|send|sir|so|some|something|"
    r"soon|sorry|stop|sure|talk|tell|thank|thanks|that|the|them|then|there|they|this|time|to|today|"
    r"tomorrow|up|us|wait|want|was|what|when|where|which|who|why|will|with|wrong|yes|yet|you|your"
    r")\b",
    re.IGNORECASE,
)
_SURNAMES = (
    "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
    "肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗"
    "谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿]"
)
_HAN_NAME = re.compile(rf"(?:{_SURNAMES})[㐀-鿿]{{1,2}}")
_NO_HAN_NAME = re.compile(
    r"谢|马上|方便|高兴|安[排全]|任[何意]|成[功了]|时[间候]|路上|简单|连[我这]|关[闭于]|向你|单[号子]|包[裹邮]|费用|"
    r"古怪|白[色的]|万一|.*(?:先生|女士|小姐|的|了|吧|吗|啊|呢|是|不|没|你|我|他|她|这|那)$"
)
_CALLED = re.compile(
    r"(?:开给|开成|写|填|抬头|发票|名字|姓名|个人|我叫|叫|请|麻烦|您|帮我|就|用|是|为|给|一下|[\s:：,，。!！-])+"
)
_HAN_AFTER = re.compile(r"(?:就行|就好|即可|谢谢.*|麻烦.*|辛苦.*|吧|啦|哈|哦|[\s,，。!！~]|个人)+$")

_SMALL = re.compile(r"[a-z'’-]{2,}(?: [a-z'’-]{2,}){1,2}")  # typed in haste


def _person(text: str) -> str:
    """The name of a private person, where an answer is nothing but that and what people put around it."""
    parts = re.split(r"[,，。;；!！]|(?<=[㐀-鿿]) +", text.strip(" .。!！,，"))
    for part in (one.strip() for one in parts):
        if _NAME.fullmatch(part) and not _NO_PART.search(part):
            return part
        han = _HAN_AFTER.sub("", part)
        lead = _CALLED.match(han)
        han = han[lead.end() :] if lead else han
        if _HAN_NAME.fullmatch(han) and not _NO_HAN_NAME.match(han):
            return han
        if han:
            return ""  # something else comes first: what follows may be a name, and may not
    return ""


def answered_title(text: str) -> dict[str, str]:
    """Slots of a title in an answer to the question for it: also a company in small letters, with words around it, and
    a person's bare name."""
    plain = _AFTER.sub("", unicodedata.normalize("NFKC", text[:300]).strip())
    if found := tidy_title(plain):
        title = _MADE_OUT.sub("", found["title"]) if found["title"].isascii() else _HAN_AROUND.sub("", found["title"])
        return {**found, "title": title or found["title"]}
    if not plain.isprintable() or _NO_NAME.search(plain):
        return {}
    plain = _MADE_OUT.sub("", plain)
    if _PERSONAL.fullmatch(plain.strip(" .。!！,，").lower()):
        return {"title": "", "private": "yes"}
    company = _ANY_CASE.match(plain)
    if company is None:
        name = _person(plain.title() if _SMALL.fullmatch(plain) else plain)
        return {"title": name, "private": "yes"} if name else {}
    tax = _TAX.search(plain)
    return {"title": company[0].strip(), "private": "", "tax_number": tax[0] if tax else ""}
