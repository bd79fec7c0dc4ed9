"""Bodies: a log row that its class cannot take is named with its reason; the others come through."""

from __future__ import annotations

from linkloop.commerce.stock import StockLevel
from linkloop.store.bodies import unpack
from linkloop.store.codec import encode
from linkloop.store.columns import to_arrow

GOOD = StockLevel(product_id="a", place="sh", on_hand=5)


def test_bodies_become_the_columns_of_their_class() -> None:
    rows, unfit = unpack(StockLevel, [(3, encode(GOOD)), (4, encode(GOOD))])
    assert rows.equals(to_arrow(StockLevel, [(3, GOOD), (4, GOOD)]))
    assert unfit == []


def test_a_body_that_does_not_fit_is_named_and_stops_no_other() -> None:
    broken = [(1, b"{"), (2, b'{"product_id":1}'), (5, b'{"product_id":"b","place":"sh","on_hand":1e30}')]
    broken.append((6, b'{"product_id":"b","place":"sh","on_hand":9223372036854775808}'))
    broken.append((7, b'{"product_id":"\xff"}'))
    rows, unfit = unpack(StockLevel, [broken[0], (3, encode(GOOD)), *broken[1:]])
    assert rows.to_pylist() == to_arrow(StockLevel, [(3, GOOD)]).to_pylist()
    assert sorted(one.offset for one in unfit) == [1, 2, 5, 6, 7]
    assert {one.offset: one.body for one in unfit} == dict(broken)
    reasons = {one.offset: one.problem for one in unfit}
    assert "product_id" in reasons[2]
    assert "StockLevel.on_hand" in reasons[6]
