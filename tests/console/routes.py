"""Every page of the console, with something of the seeded shop behind each address."""

from __future__ import annotations

import re
from pathlib import Path

from linkloop.app.shop import Shop
from linkloop.faces.desk.desk import Desk

ROUTES_FILE = Path(__file__).parents[2] / "console" / "src" / "app" / "routes.tsx"

# name → address; `{…}` is filled by `filled`. A test compares them with app/routes.tsx.
PAGES = {
    "today": "/",
    "decisions": "/decisions",
    "service": "/service/{conversation}",
    "service-quality": "/service/quality",
    "service-knowledge": "/service/knowledge",
    "service-what-if": "/service/what-if",
    "stock": "/stock",
    "stock-product": "/stock/{product}",
    "stock-allocation": "/stock/allocation",
    "stock-frontier": "/stock/frontier",
    "stock-network": "/stock/network",
    "cases": "/cases",
    "case": "/case/{case}",
    "rules": "/rules",
    "rule-table": "/rules/{rule}",
    "data": "/data",
    "data-table": "/data/table/{table}",
    "sql": "/data/sql",
    "import": "/data/import",
    "quarantine": "/data/quarantine",
    "dead-letters": "/data/dead-letters",
    "models": "/models",
    "map": "/map",
    "worlds": "/worlds",
    "connectors": "/worlds/connectors",
    "chat": "/worlds/chat",
    "settings": "/settings",
    "settings-budgets": "/settings/budgets",
    "settings-people": "/settings/people",
    "settings-audit": "/settings/audit",
    "order": "/order/{order}",
    "customer": "/customer/{customer}",
    "product": "/product/{product}",
    "parcel": "/parcel/{parcel}",
}
PHONES = ("today", "decisions", "service", "stock", "case")  # made for a phone, and compared there too
# What stands in routes.tsx for each blank.
_BLANKS = {
    "case": "$id", "order": "$id", "customer": "$id", "product": "$id", "parcel": "$id", "rule": "$name",
    "table": "$name", "conversation": "{-$conversation}",
}  # fmt: skip
_PRESSING = """
SELECT conversation_id FROM conversations WHERE status = 'waiting' AND order_id <> '' AND mood = 'angry'
ORDER BY answer_by DESC, conversation_id LIMIT 1
"""
_LATE = "SELECT parcel_id, order_id, customer_id, case_id FROM parcel_delayed ORDER BY parcel_id LIMIT 1"


def filled(shop: Shop) -> dict[str, str]:
    """The addresses of the pages in the seeded shop."""
    desk = Desk(shop)
    [late] = desk.sql(_LATE).dicts()
    [pressing] = desk.sql(_PRESSING).dicts()
    blanks = {
        "conversation": pressing["conversation_id"],
        "case": late["case_id"],
        "order": late["order_id"],
        "customer": late["customer_id"],
        "parcel": late["parcel_id"],
        "product": "SKU-004",
        "rule": "rules:RemedyPolicy",
        "table": "orders",
    }
    return {name: path.format(**blanks) for name, path in PAGES.items()}


def registered() -> set[str]:
    """The paths in app/routes.tsx."""
    return set(re.findall(r'page\("([^"]+)"', ROUTES_FILE.read_text(encoding="utf-8")))


def covered() -> set[str]:
    """The registered paths that PAGES visits."""
    paths = {path.format(**_BLANKS) for path in PAGES.values()}
    return {"/settings/$part" if path.startswith("/settings/") else path for path in paths}
