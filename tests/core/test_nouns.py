"""The nouns: tables, events, actions and questions describe themselves and survive the wire."""

from datetime import UTC, datetime

import jsonschema_rs
import msgspec
import pytest

from linkloop.commerce.orders import LineSold, OrderPlaced
from linkloop.commerce.remedies import Compensate
from linkloop.commerce.stock import Replenish, StockLevel
from linkloop.commerce.understanding import Understand, Understanding
from linkloop.core.action import effect_key
from linkloop.core.event import about
from linkloop.core.money import Money
from linkloop.core.question import answer_type
from linkloop.core.table import join_key, key_of, table_name
from linkloop.core.vocabulary import actions, events, questions, schema, tables
from linkloop.core.world import Accepted

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ORDER = OrderPlaced(
    at=NOW,
    order_id="o1",
    customer_id="c1",
    place="east",
    lines=(LineSold("p1", 2, Money(500, "CNY")),),
    total=Money(1000, "CNY"),
)


def test_names_keys_and_what_an_event_is_about():
    assert table_name(OrderPlaced) == "order_placed"
    assert table_name(StockLevel) == "stock_levels"
    assert about(ORDER) == "o1"
    assert key_of(StockLevel(product_id="a|b", place="50%", on_hand=1)) == "a%7Cb|50%25"


def test_different_keys_never_join_to_the_same_string():
    assert join_key(("a|b", "c")) != join_key(("a", "b|c"))
    assert join_key(("a%7Cb", "c")) != join_key(("a|b", "c"))


def test_the_same_wish_has_the_same_effect_key_whatever_else_differs():
    one = Replenish(product_id="p", place="e", wave="1", quantity=5, supplier_id="s", at_risk=Money(1, "CNY"))
    other = msgspec.structs.replace(one, quantity=9, at_risk=Money(7, "CNY"))
    assert effect_key(one) == effect_key(other)
    assert effect_key(one) != effect_key(msgspec.structs.replace(one, wave="2"))


def test_every_noun_is_in_the_schema_and_the_schema_is_valid():
    document = schema()
    jsonschema_rs.Draft202012Validator(document)
    assert jsonschema_rs.meta.is_valid(document)
    names = {t.__name__ for t in [*tables().values(), *actions().values(), *questions().values()]}
    assert names <= set(document["$defs"])


def test_a_row_on_the_wire_satisfies_its_own_schema():
    document = schema()
    validator = jsonschema_rs.Draft202012Validator({"$ref": "#/$defs/OrderPlaced", "$defs": document["$defs"]})
    wire = msgspec.json.decode(msgspec.json.encode(ORDER))
    validator.validate(wire)
    with pytest.raises(jsonschema_rs.ValidationError, match="is not of type"):
        validator.validate({**wire, "order_id": 5})


def test_a_question_knows_its_answer():
    assert answer_type(Understand) is Understanding


def test_frozen_data_cannot_be_changed():
    with pytest.raises(AttributeError):
        ORDER.order_id = "o2"
    with pytest.raises(AttributeError):
        Accepted(first=1, last=1).first = 2


def test_every_event_orders_by_a_field_that_it_has():
    for kind in events().values():
        assert kind.__about__ in kind.__struct_fields__


def test_every_action_names_fields_that_it_has_and_an_undo_that_exists():
    for kind in actions().values():
        named = [*kind.__same__, kind.__about__, kind.__customer__, kind.__scale__, *kind.__fixed__]
        assert {name for name in named if name} <= set(kind.__struct_fields__)
        assert not kind.__undo__ or kind.__undo__ in actions()
    assert Compensate.__undo__ == "CancelCompensation"
