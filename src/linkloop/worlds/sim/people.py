"""The people of the town: who they are, where they live, which language they write, who may come back."""

from __future__ import annotations

from dataclasses import dataclass

from linkloop.commerce.customers import Customer
from linkloop.core.clock import from_micros
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.places import CITIES

ENGLISH_SHARE = 0.15
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
_GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "婷", "雪", "浩然", "子涵",
          "欣怡", "梓轩", "雨桐", "佳琪", "思远", "晓明", "建国", "一诺", "宇航")  # fmt: skip
_FIRST = ("Emma", "Liam", "Olivia", "Noah", "Ava", "Lucas", "Mia", "Ethan", "Sofia", "Daniel", "Grace", "Leo", "Chloe",
          "Ryan", "Nina", "Omar", "Priya", "Kenji", "Anna", "Tom")  # fmt: skip
_LAST = ("Smith", "Brown", "Müller", "Garcia", "Lee", "Wilson", "Martin", "Singh", "Rossi", "Novak", "Kim", "Clark")
_HOMES = running([city.weight for city in CITIES])


@dataclass(slots=True)
class Person:
    """A customer; `home` indexes CITIES. `waiting` counts late parcels whose outcome is open, `gone` is for ever."""

    customer_id: str
    name: str
    language: str
    home: int
    joined: int
    waiting: int = 0
    gone: bool = False

    def row(self) -> Customer:
        """The Customer row of this person."""
        city = CITIES[self.home]
        return Customer(
            customer_id=self.customer_id, person_id=self.customer_id, name=self.name, language=self.language,
            postcode=city.postcode, city=city.name, region=city.region, country="CN",
            joined_at=from_micros(self.joined),
        )  # fmt: skip


class People:
    """Everybody who ever bought here. Those in `regulars` may come back by themselves."""

    def __init__(self, seed: int) -> None:
        self._draws = Draws(seed, "people")
        self.count = 0
        self.regulars: list[Person] = []
        self._where: dict[str, int] = {}

    def newcomer(self, now: int, regions: dict[str, float] | None = None) -> Person:
        """Somebody who was never here before; where regions have factors, from one by as many times."""
        draws = self._draws
        self.count += 1
        english = draws.happens(ENGLISH_SHARE)
        name = f"{draws.pick(_FIRST)} {draws.pick(_LAST)}" if english else draws.pick(_SURNAMES) + draws.pick(_GIVEN)
        homes = running([city.weight * regions[city.region] for city in CITIES]) if regions else _HOMES
        home = draws.weighted(homes)
        return Person(f"C{self.count:07d}", name, "en" if english else "zh", home, now)

    def welcome(self, person: Person) -> None:
        """From now on this person may come back, unless something late keeps them away."""
        if not person.gone and not person.waiting and person.customer_id not in self._where:
            self._where[person.customer_id] = len(self.regulars)
            self.regulars.append(person)

    def lose(self, person: Person) -> None:
        """This person does not come back by themselves until `welcome`."""
        spot = self._where.pop(person.customer_id, None)
        if spot is None:
            return
        last = self.regulars.pop()
        if last is not person:
            self.regulars[spot] = last
            self._where[last.customer_id] = spot
