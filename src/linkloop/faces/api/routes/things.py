"""Things: an order, a customer, a product, a parcel, each with all that belongs to it."""

from __future__ import annotations

from litestar import get

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk.thing_customer import customer_thing
from linkloop.faces.desk.thing_order import order_thing, parcel_thing
from linkloop.faces.desk.thing_product import product_thing
from linkloop.faces.desk.things_views import CustomerThing, OrderThing, ParcelThing, ProductThing


@get("/orders/{order_id:str}", tags=["things"], opt=may("see"))
async def one_order(desk: TheDesk, work: TheWork, order_id: PathName) -> OrderThing:
    """An order with its lines, payments, parcels, messages, and the decisions about it."""
    return await work.quick(order_thing, desk.shop, order_id)


@get("/customers/{customer_id:str}", tags=["things"], opt=may("see"))
async def one_customer(desk: TheDesk, work: TheWork, customer_id: PathName) -> CustomerThing:
    """A customer with their orders, remedies and conversation."""
    return await work.quick(customer_thing, desk.shop, customer_id)


@get("/products/{product_id:str}", tags=["things"], opt=may("see"))
async def one_product(desk: TheDesk, work: TheWork, product_id: PathName) -> ProductThing:
    """A product with its sales, stock, goods on order, and what is alike."""
    return await work.quick(product_thing, desk.shop, product_id)


@get("/parcels/{parcel_id:str}", tags=["things"], opt=may("see"))
async def one_parcel(desk: TheDesk, work: TheWork, parcel_id: PathName) -> ParcelThing:
    """A parcel with its order, customer, carrier and what they were told."""
    return await work.quick(parcel_thing, desk.shop, parcel_id)


ROUTES = [one_order, one_customer, one_product, one_parcel]
