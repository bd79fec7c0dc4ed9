"""Courtesies: a greeting, thanks, and the wish for a person."""

from __future__ import annotations

from linkloop.core.text import Text
from linkloop.links.service import wording
from linkloop.links.service.flows.shape import Flow, Line, Talk, Told, for_person


def greet(talk: Talk) -> Told:
    """A greeting is returned."""
    return Told((Line(wording.HELLO),), Text(en="a greeting", zh="问候"))


def thank(talk: Talk) -> Told:
    """Thanks are taken; nothing is left to answer."""
    sure = talk.read.intents[0].confidence if talk.read.intents else 1.0
    return Told((Line(wording.WELCOME),), Text(en="the customer is content", zh="客户表示感谢"), confidence=sure)


def person(talk: Talk) -> Told:
    """Who asks for a person gets one."""
    return for_person(None, "the customer asks for a person", "客户要求人工服务")


GREETING = Flow("greeting", Text(en="Greeting", zh="问候"), needs=(), reads=(), answer=greet)
THANKS = Flow("thanks", Text(en="Thanks", zh="致谢"), needs=(), reads=(), answer=thank)
HUMAN = Flow("human", Text(en="A person, please", zh="转人工"), needs=(), reads=(), answer=person)
