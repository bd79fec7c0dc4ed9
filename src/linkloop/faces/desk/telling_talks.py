"""Telling talks: what people do with conversations, contacts and articles, as sentences in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linkloop.core.text import Text
from linkloop.faces.desk.plain import short

Body = dict[str, Any]
Moment = Callable[[Any], tuple[str, str]]


_STANDS = {
    "open": ("is with the bot", "由机器人处理"),
    "waiting": ("waits for a person", "等待人工"),
    "with_person": ("is with a person", "由人工处理"),
    "solved": ("is solved", "已解决"),
}
_FEELS = {
    "angry": ("; the customer is angry", "；客户情绪愤怒"),
    "anxious": ("; the customer is worried", "；客户情绪焦急"),
    "pleased": ("; the customer is content", "；客户情绪满意"),
}


def _by(b: Body) -> tuple[str, str]:
    """Who did it; nobody named means that it was done without a person."""
    who = str(b.get("by") or "")
    return (who, who) if who else ("The shop", "店铺")


def _noted(b: Body) -> tuple[str, str]:
    note = short(str(b.get("note") or ""), 160)
    return (f": “{note}”", f"：“{note}”") if note else ("", "")


def _taken(b: Body, moment: Moment) -> Text:
    (who_en, who_zh), (until_en, until_zh) = _by(b), moment(b.get("until"))
    talk = b.get("conversation_id")
    return Text(
        en=f"{who_en} took conversation {talk} over: only they write into it until {until_en}",
        zh=f"{who_zh} 接管会话 {talk}：{until_zh} 前只由其回复",
    )


def _handed_back(b: Body, moment: Moment) -> Text:
    (who_en, who_zh), (en, zh), talk = _by(b), _noted(b), b.get("conversation_id")
    return Text(
        en=f"{who_en} gave conversation {talk} back to the bot{en}", zh=f"{who_zh} 将会话 {talk} 交还机器人{zh}"
    )


def _solved(b: Body, moment: Moment) -> Text:
    (en, zh), talk = _by(b), b.get("conversation_id")
    return Text(en=f"{en} closed conversation {talk} as solved", zh=f"{zh} 将会话 {talk} 标为已解决")


def _reopened(b: Body, moment: Moment) -> Text:
    (who_en, who_zh), (en, zh), talk = _by(b), _noted(b), b.get("conversation_id")
    return Text(en=f"{who_en} opened conversation {talk} again{en}", zh=f"{who_zh} 重新打开会话 {talk}{zh}")


def _rated(b: Body, moment: Moment) -> Text:
    stars, text, talk = b.get("stars"), short(str(b.get("text") or ""), 160), b.get("conversation_id")
    en, zh = (f": “{text}”", f"：“{text}”") if text else ("", "")
    return Text(
        en=f"The customer gave conversation {talk} {stars} of 5 stars{en}",
        zh=f"客户给会话 {talk} 打了 {stars} 星（满分 5 星）{zh}",
    )


def _written(b: Body, moment: Moment) -> Text:
    (en, zh), text, talk = _by(b), short(str(b.get("text") or ""), 160), b.get("conversation_id")
    return Text(en=f"{en} answered in conversation {talk}: “{text}”", zh=f"{zh} 在会话 {talk} 中回复：“{text}”")


def conversation(b: Body) -> Text:
    """How a conversation stands, and what the customer feels where that is known."""
    en, zh = _STANDS.get(str(b.get("status") or "open"), _STANDS["open"])
    mood_en, mood_zh = _FEELS.get(str(b.get("mood")), ("", ""))
    talk = b.get("conversation_id")
    return Text(en=f"Conversation {talk} {en}{mood_en}", zh=f"会话 {talk} {zh}{mood_zh}")


def _merged(b: Body, moment: Moment) -> Text:
    (en, zh), contact, customer = _by(b), b.get("contact_id"), b.get("customer_id")
    if b.get("how") == "suggestion":
        sure = f"{float(b.get('score') or 0):.0%}"
        return Text(
            en=f"{en} agreed that {contact} is customer {customer}, as was suggested ({sure} probable)",
            zh=f"{zh} 采纳建议：{contact} 就是客户 {customer}（可能性 {sure}）",
        )
    return Text(en=f"{en} said that {contact} is customer {customer}", zh=f"{zh} 确认 {contact} 就是客户 {customer}")


def _split(b: Body, moment: Moment) -> Text:
    (who_en, who_zh), (en, zh) = _by(b), _noted(b)
    contact, customer = b.get("contact_id"), b.get("customer_id")
    return Text(
        en=f"{who_en} said that {contact} is not customer {customer}{en}",
        zh=f"{who_zh} 确认 {contact} 不是客户 {customer}{zh}",
    )


def _article(b: Body, moment: Moment) -> Text:
    who = str(b.get("by") or "")
    en, zh = (f", by {who}", f"（{who}）") if who else ("", "")
    return Text(
        en=f"Article {b.get('article_id')} was added, changed or withdrawn{en}",
        zh=f"文章 {b.get('article_id')} 已新增、修改或撤下{zh}",
    )


TALKS: dict[str, Callable[[Body, Moment], Text]] = {
    "conversation_taken": _taken,
    "conversation_handed_back": _handed_back,
    "conversation_solved": _solved,
    "conversation_reopened": _reopened,
    "conversation_rated": _rated,
    "answer_written": _written,
    "contact_merged": _merged,
    "contact_split": _split,
    "article_changed": _article,
}
