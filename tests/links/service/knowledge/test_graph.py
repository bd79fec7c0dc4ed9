"""The graph: what is fed can be asked in the terms of schema.org, and nothing else can be done with it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.commerce.catalog import CategoryName, Product, ProductAttribute, ProductRelation
from linkloop.commerce.customers import Customer
from linkloop.commerce.knowledge import Article, AskGraph
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.core.errors import Refused
from linkloop.core.money import Money
from linkloop.links.service.knowledge.graph import GraphModel

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FITS = """SELECT ?name WHERE {
  $customer ^schema:customer/schema:orderedItem/schema:orderedItem ?mine .
  ?part schema:isAccessoryOrSparePartFor ?mine ; schema:name ?name .
}"""
EVER = 1 << 60


def nothing(table, key=None, **where):
    return None if key is not None else []


def facts(*rows):
    """A reader over some rows, as the context gives one."""

    def read(table, key=None, **where):
        mine = [row for row in rows if type(row) is table]
        if key is not None:
            return next((row for row in mine if getattr(row, row.__key__[0]) == key), None)
        [(field, value)] = where.items()
        return [row for row in mine if getattr(row, field) == value]

    return read


@pytest.fixture
def model():
    model = GraphModel()
    model.feed(
        [
            (1, Product(product_id="p1", title="Charger", category="electronics")),
            (2, Product(product_id="p2", title="Laptop", category="electronics")),
            (3, ProductRelation(product_id="p1", other_id="p2", kind="accessory")),
            (4, CategoryName(category="electronics", language="zh", name="数码")),
            (5, CategoryName(category="electronics", language="en", name="Electronics")),
            (6, ProductAttribute(product_id="p1", name="connector", value="USB-C")),
            (7, Article(article_id="a1", kind="policy", title="Returns", body="7 days", topic="returns")),
        ]
    )
    return model


def ask(model, sparql, horizon=EVER, read=nothing, **given):
    return list(model.answer_at(AskGraph(sparql=sparql, given=given), horizon, read).value.rows)


SHOP = facts(
    Customer(customer_id="c1"),
    Order(order_id="o1", customer_id="c1", placed_at=NOW),
    Order(order_id="o2", customer_id="c2", placed_at=NOW),
    OrderLine(order_id="o1", line_no=1, product_id="p2", quantity=1, price=Money(1, "CNY")),
    Parcel(parcel_id="x1", order_id="o1", customer_id="c1", carrier="SF", expected_at=NOW),
)


def test_four_hops_from_a_customer_to_the_parts_that_fit_what_they_bought(model):
    assert ask(model, FITS, read=SHOP, customer="c1") == [{"name": "Charger"}]
    assert ask(model, FITS, read=SHOP, customer="c2") == []


def test_orders_are_there_for_their_question_only(model):
    everything = "SELECT ?order WHERE { ?order a schema:Order }"
    assert ask(model, everything, read=SHOP, customer="c1") == [{"order": "urn:linkloop:order:o1"}]
    with pytest.raises(Refused, match="for one customer or order"):  # no answer rather than the answer nothing
        ask(model, everything, read=SHOP)
    assert ask(model, everything, read=SHOP, customer="c1", order="o2") == [{"order": "urn:linkloop:order:o1"}]


def test_parcels_and_policies_are_asked_in_schema_org_terms(model):
    late = "SELECT ?until WHERE { ?p schema:partOfOrder $order ; schema:expectedArrivalUntil ?until }"
    assert ask(model, late, read=SHOP, order="o1") == [{"until": "2026-11-24T00:00:00Z"}]
    assert ask(model, "SELECT ?n WHERE { ?a a schema:MerchantReturnPolicy ; schema:name ?n }") == [{"n": "Returns"}]


def test_a_past_graph_is_as_it_was(model):
    names = "SELECT ?n WHERE { $product schema:name ?n }"
    model.feed([(9, Product(product_id="p1", title="Fast charger"))])
    assert ask(model, names, product="p1") == [{"n": "Fast charger"}]
    assert ask(model, names, 8, product="p1") == [{"n": "Charger"}]
    assert ask(model, names, 0, product="p1") == []
    model.unfeed(8)
    assert ask(model, names, product="p1") == [{"n": "Charger"}]


def test_a_row_that_changes_takes_nothing_of_what_another_row_says(model):
    model.feed([(10, CategoryName(category="electronics", language="zh", name="电子"))])
    names = "SELECT ?n WHERE { ?c a schema:CategoryCode ; schema:name ?n }"
    assert ask(model, names) == [{"n": "Electronics"}, {"n": "电子"}]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { SERVICE <http://169.254.169.254/> { ?a ?b ?c } }",
        "select * where { service silent <http://x/> { ?a ?b ?c } }",
        "SELECT * FROM <file:///etc/passwd> WHERE { ?a ?b ?c }",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "DELETE WHERE { ?a ?b ?c }",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }",
        "SELECT ?x WHERE { ?x schema:isSimilarTo+ ?y }",
        "SELECT ?x WHERE { ?x (schema:isSimilarTo|schema:isRelatedTo)* ?y }",
        "SELECT ?x WHERE { ?x ?p ?o } LIMIT 3",
        "SELECT ?x WHERE { ?x ?p",
        "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT ?a WHERE { ?a schema:name ?n . ?d schema:name ?m FILTER(?n = ?m) }",
        "SELECT ?a WHERE { ?a schema:name ?n . OPTIONAL { ?d schema:name ?m } }",
        "SELECT ?a WHERE { { SELECT ?a WHERE { ?a ?b ?c . ?d ?e ?f } } }",
        "SELECT ?n WHERE { <http://schema.org/Order> ?p ?n . ?o a <http://schema.org/Order> }",
        "SELECT ?x WHERE { ?x ?p ?o }" + " " * 4000,
        "",
    ],
)
def test_what_is_not_one_bounded_select_is_refused_and_changes_nothing(model, query):
    before = sorted(map(str, model.graph.store))
    with pytest.raises(Refused, match=r"graph\.query"):
        ask(model, query)
    assert sorted(map(str, model.graph.store)) == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?n WHERE { ?p schema:name ?n . ?p schema:category ?c FILTER(STRLEN(?n) > 3 && (?n != 'x.y')) }",
        "SELECT ?n WHERE { ?p schema:name ?n ; schema:category ?c . OPTIONAL { ?c schema:name ?m FILTER(?m = 'x') } }",
        "SELECT ?n WHERE { ?p schema:name ?n . { ?p schema:category ?c } UNION { ?p schema:size ?c } } GROUP BY ?n",
        "SELECT ?n WHERE { ?p schema:name ?n ; schema:sku ?s FILTER NOT EXISTS { ?p schema:brand ?b } }",
        "SELECT ?n WHERE { ?p schema:name ?n . FILTER EXISTS { ?p schema:category ?b . } ?p a schema:Product }",
        "PREFIX s: <https://schema.org/> SELECT ?n WHERE { ?p a s:Product ; s:name ?n }",
    ],
)
def test_patterns_that_share_variables_are_answered_in_either_spelling_of_schema_org(model, query):
    assert {row["n"] for row in ask(model, query)} == {"Charger", "Laptop"}


@given(st.text(max_size=60))
def test_a_value_is_never_read_as_a_query(value):
    model = GraphModel()
    model.feed([(1, Product(product_id=value, title="mine")), (2, Product(product_id="other", title="theirs"))])
    if value == "other":
        return
    assert ask(model, "SELECT ?n WHERE { $product schema:name ?n }", product=value) == [{"n": "mine"}]
    named = "SELECT ?s WHERE { ?s schema:name $name }"
    assert ask(model, named, name=f'{value}" . ?s ?p ?o . #') == []


def test_rows_come_in_one_order_whatever_the_store_does():
    rows = [Product(product_id=f"p{n}", title=f"t{n}") for n in range(30)]
    query = "SELECT ?n WHERE { ?p a schema:Product ; schema:name ?n }"
    one, other = GraphModel(), GraphModel()
    one.feed(list(enumerate(rows, 1)))
    for offset, row in reversed(list(enumerate(rows, 1))):
        other.feed([(offset, row)])
    assert ask(one, query) == ask(other, query)
