"""What shoppers answer when the shop asks them something: yes, no, a number of a list, an address, a title, a name."""

from __future__ import annotations

import re

from linkloop.commerce.understanding import IntentName
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.places import CITIES
from linkloop.worlds.sim.purchase import Purchase

SAYS_YES = 0.85  # of shoppers who asked for something themselves
_ITEM = re.compile(r"^(\d)\. (.*)$", re.MULTILINE)
_YES_NO = re.compile(r"yes or no|“是”或“不”")
_ADDRESS = re.compile(r"full new address|完整的新地址")
_TITLE = re.compile(r"Whom shall the invoice|发票抬头开给谁")
_NAME = re.compile(r"Which product do you mean|请问是哪件商品")
_YES = {"zh": ("是的", "是", "好的", "确认"), "en": ("yes", "Yes please", "ok", "yes, go ahead")}
_NO = {"zh": ("不用了", "算了"), "en": ("no", "no thanks")}
_ROADS = {"zh": ("人民路", "中山路", "建设街", "解放大道"), "en": ("Garden Road", "Station Street", "Park Avenue")}
_TITLES = {
    "zh": ("个人", "云岭贸易有限公司 91310000MA1K35XY2L"),
    "en": ("personal", "Northwind Trading Ltd 91310000MA1K35XY2L"),
}


def answer_to(text: str, language: str, purchase: Purchase | None, titles: tuple[str, str], draws: Draws,
              ) -> tuple[str, IntentName] | None:  # fmt: skip
    """What a shopper writes back to a question of the shop, and as what it is meant; None where nothing is asked."""
    tongue = "zh" if language == "zh" else "en"
    if items := _ITEM.findall(text):
        wanted = (purchase.order_id if purchase else "", *titles)
        number = next((n for n, said in items if any(word and word in said for word in wanted)), items[0][0])
        return number, "other"
    if _YES_NO.search(text):
        yes = draws.happens(SAYS_YES)
        return draws.pick(_YES[tongue] if yes else _NO[tongue]), "yes" if yes else "no"
    if _ADDRESS.search(text):
        city = draws.pick(CITIES)
        number, room = 1 + int(draws.uniform() * 300), 101 + int(draws.uniform() * 20) * 100
        road = draws.pick(_ROADS[tongue])
        zh, en = f"{city.name}市{road}{number}号{room}室", f"{number} {road}, room {room}, {city.english}"
        return (zh if tongue == "zh" else en), "change_address"
    if _TITLE.search(text):
        return draws.pick(_TITLES[tongue]), "invoice"
    if _NAME.search(text):
        return titles[0] if tongue == "zh" else titles[1], "stock_question"
    return None
