"""One place for each category: beside trying all, within every limit, never below its bound."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from linkloop.links.network.packing import Goods, fits, kept, pack, repair


def goods(seed: int, c: int = 6, p: int = 4) -> Goods:
    draw = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(c) for b in range(a)]
    return Goods(
        draw.integers(10, 100, c).astype(float), draw.integers(1, 20, c).astype(float),
        draw.integers(120, 260, p).astype(float), draw.integers(25, 60, p).astype(float),
        draw.integers(50, 150, p).astype(float),
        (*(np.array(ends) for ends in zip(*pairs, strict=True)), draw.integers(1, 50, len(pairs)).astype(float)),
    )  # fmt: skip


def cheapest(these: Goods) -> float:
    """The least rent over every placement."""
    found = np.inf
    for at in product(range(len(these.room)), repeat=len(these.stock)):
        placed = np.array(at)
        rent = these.rent[np.unique(placed)].sum()
        if rent < found and fits(these, placed):
            found = float(rent)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_packing_keeps_every_limit_and_its_bound_lies_below_what_trying_all_finds(seed: int) -> None:
    these, least = goods(seed), cheapest(goods(seed))
    found = pack(these)
    if found is None:
        assert least == np.inf
        return
    assert fits(these, found.at)
    assert found.bound <= least + 1e-6 <= found.rent + 2e-6
    assert found.rent == pytest.approx(these.rent[np.unique(found.at)].sum())
    assert found.kept == pytest.approx(kept(these, found.at))


def test_a_packing_that_is_proven_is_the_cheapest() -> None:
    proven = [(these, found) for n in range(12) if (found := pack(these := goods(n))) is not None and found.gap < 1e-9]
    assert len(proven) >= 3
    for these, found in proven:
        assert found.rent == pytest.approx(cheapest(these))


def test_where_there_is_no_room_there_is_no_packing() -> None:
    these = goods(1)
    assert pack(these._replace(room=these.room / 10)) is None
    assert repair(these._replace(room=these.room / 10), np.zeros(6, int)) is None


def test_mending_moves_only_what_does_not_fit_any_more() -> None:
    these = goods(2)
    found = pack(these)
    assert found is not None
    assert (repair(these, found.at) == found.at).all()
    tight = these._replace(room=np.where(np.arange(4) == found.at[0], these.room * 0.6, these.room * 2))
    mended = repair(tight, found.at)
    assert mended is not None
    assert fits(tight, mended)
    assert 0 < (mended != found.at).sum() <= (found.at == found.at[0]).sum()
