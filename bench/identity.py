"""Who a sender is: precision and recall of the suggestions on people that are made here, beside an exact rule.

python -m bench.identity
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from linkloop.faces.desk.identity_scoring import Person, Scored, row_of, score

CUSTOMERS, SENDERS, SEEDS = 2_000, 600, (11, 12, 13, 14, 15)
CITIES = ("上海", "北京", "杭州", "成都", "深圳", "Paris", "Berlin", "Madrid")
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "浩然", "子涵", "欣怡")
FIRST = ("Emma", "Liam", "Olivia", "Noah", "Ava", "Lucas", "Mia", "Ethan", "Sofia", "Daniel", "Grace", "Leo")
LAST = ("Smith", "Brown", "Müller", "Garcia", "Lee", "Wilson", "Martin", "Singh", "Rossi", "Novak", "Kim", "Clark")
HOSTS = ("example.com", "example.net", "example.org")


class Made(NamedTuple):
    """Customers, senders, and whom each sender really is (nobody: not in it)."""

    customers: list[Person]
    senders: list[Person]
    truth: dict[str, str]


def make(seed: int, customers: int = CUSTOMERS, senders: int = SENDERS) -> Made:
    """People with the names, telephones and orders that people have, and half of the senders among them.

    A sender gives what people give: a nickname, half a name, a number with a slip, another mailbox, the city, an
    order's number; or nothing. The other half are strangers, many of whom bear a customer's name or live with one.
    """
    rng = random.Random(seed)
    known = [_customer(rng, n) for n in range(customers)]
    for n in range(50, customers, 50):  # a household has one telephone
        known[n] = Person(**{**_fields(known[n]), "phone": known[n - 1].phone})
    found: list[Person] = []
    truth: dict[str, str] = {}
    for n in range(senders):
        name = f"s{n}"
        if n % 2:
            one = rng.choice(known)
            found.append(_as_written(rng, one, name))
            truth[name] = one.id
        else:
            found.append(_stranger(rng, known, name, n))
    return Made(known, found, truth)


def _fields(one: Person) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _name(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(SURNAMES) + rng.choice(GIVEN)
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def _customer(rng: random.Random, n: int) -> Person:
    name = _name(rng)
    user = f"{name.split()[0].lower()}{n}" if name.isascii() else f"u{rng.randrange(10**7)}"
    return Person(
        id=f"c{n}", name=name, phone=f"+861{rng.choice('3578')}{rng.randrange(10**9):09d}",
        mail=f"{user}@{rng.choice(HOSTS)}", city=rng.choice(CITIES),
        orders=tuple(f"LL{n:06d}{k}" for k in range(rng.randrange(1, 4))),
    )  # fmt: skip


def _slip(rng: random.Random, digits: str) -> str:
    at = rng.randrange(len(digits) - 6, len(digits))
    return digits[:at] + str((int(digits[at]) + rng.randrange(1, 10)) % 10) + digits[at + 1 :]


def _as_written(rng: random.Random, one: Person, name: str) -> Person:
    lot = rng.random()
    called = (
        one.name if lot < 0.5 else (one.name.split()[-1] if lot < 0.65 else f"小{one.name[-1]}" if lot < 0.8 else "")
    )
    phone = "" if rng.random() < 0.5 else one.phone if rng.random() < 0.88 else _slip(rng, one.phone)
    user = one.mail.split("@")[0]
    lot = rng.random()
    mail = one.mail if lot < 0.3 else f"{user}@{rng.choice(HOSTS)}" if lot < 0.4 else ""
    return Person(
        id=name, name=called, phone=phone, mail=mail,
        city=one.city if rng.random() < 0.35 else "",
        orders=(rng.choice(one.orders),) if rng.random() < 0.3 else (),
    )  # fmt: skip


def _stranger(rng: random.Random, known: list[Person], name: str, n: int) -> Person:
    near = rng.choice(known)
    return Person(
        id=name, name=near.name if rng.random() < 0.3 else _name(rng),
        phone=near.phone if rng.random() < 0.02 else f"+8613{rng.randrange(10**9):09d}" if rng.random() < 0.5 else "",
        mail=f"x{n}.{rng.randrange(10**6)}@{rng.choice(HOSTS)}" if rng.random() < 0.4 else "",
        city=rng.choice(CITIES) if rng.random() < 0.35 else "",
        orders=(rng.choice(near.orders),) if rng.random() < 0.01 else (),  # a gift's receiver, a wrong digit
    )  # fmt: skip


def blocked(made: Made) -> set[tuple[str, str]]:
    """The pairs that agree in a blocking key, by looking at every pair: the oracle of splink's blocking."""
    left, right = [row_of(one) for one in made.senders], [row_of(one) for one in made.customers]
    found: set[tuple[str, str]] = set()
    for a in left:
        for b in right:
            same = any(
                a[field] is not None and a[field] == b[field] for field in ("phone", "mail", "mail_user", "name")
            )
            half = a["short_name"] is not None and a["short_name"] == b["short_name"] and a["city"] is not None
            if same or (half and a["city"] == b["city"]) or set(a["orders"] or ()) & set(b["orders"] or ()):
                found.add((str(a["id"]), str(b["id"])))
    return found


def exact(made: Made) -> list[Scored]:
    """The peer: the same telephone, or the same e-mail, and nobody else with it."""
    left, right = [row_of(one) for one in made.senders], [row_of(one) for one in made.customers]
    found: list[Scored] = []
    for a in left:
        fits = {b["id"] for b in right if any(a[f] is not None and a[f] == b[f] for f in ("phone", "mail"))}
        if len(fits) == 1:
            found.append(Scored(str(a["id"]), str(fits.pop()), 1.0, ()))
    return found


class Figures(NamedTuple):
    """Of the best customer of each sender at or above a score: how many are right, and how many of all are found."""

    precision: float
    recall: float


def figures(made: Made, found: Iterable[Scored], least: float) -> Figures:
    """Only the most probable customer of a sender counts."""
    best: dict[str, Scored] = {}
    for one in found:
        if one.score >= least and (one.sender not in best or one.score > best[one.sender].score):
            best[one.sender] = one
    right = sum(made.truth.get(s.sender) == s.customer for s in best.values())
    return Figures(right / len(best) if best else 1.0, right / len(made.truth))


def main() -> None:
    """Print the figures of every seed together."""
    print(f"{CUSTOMERS} customers, {SENDERS} senders of whom half are customers, seeds {SEEDS[0]} to {SEEDS[-1]}")
    table: dict[str, list[Figures]] = {}
    complete, share, seconds = [], [], []
    ways: dict[str, tuple[Callable[[Made, list[Scored]], list[Scored]], float]] = {
        "splink, 0.5 and above": (lambda made, found: found, 0.5),
        "splink, 0.8 and above": (lambda made, found: found, 0.8),
        "splink, 0.95 and above": (lambda made, found: found, 0.95),
        "exact phone or e-mail": (lambda made, found: exact(made), 0.5),
    }
    for seed in SEEDS:
        made = make(seed)
        started = time.perf_counter()
        found = score(made.senders, made.customers)
        seconds.append(time.perf_counter() - started)
        pairs = blocked(made)
        complete.append(sum(pair in pairs for pair in made.truth.items()) / len(made.truth))
        share.append(len(pairs) / len(made.customers) / len(made.senders))
        for name, (way, least) in ways.items():
            table.setdefault(name, []).append(figures(made, way(made, found), least))
    print(f"{'':26}{'precision':>18}{'recall':>18}")
    for name, rows in table.items():
        cells = [[getattr(row, field) for row in rows] for field in Figures._fields]
        print(f"{name:26}" + "".join(f"{statistics.mean(c):>10.3f} ± {statistics.stdev(c):.3f}" for c in cells))
    print(
        f"blocking keeps {statistics.mean(complete):.3f} of the true pairs "
        f"and {statistics.mean(share):.5f} of all pairs"
    )
    print(f"{statistics.mean(seconds):.1f} s a run")


if __name__ == "__main__":
    main()
