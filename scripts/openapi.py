"""Prints the OpenAPI document of the API from the code alone: the same code prints the same bytes, no server runs."""

from __future__ import annotations

import json
import tempfile
from typing import Any

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.faces.api.app import Api
from linkloop.faces.desk.desk import Desk


def document() -> dict[str, Any]:
    """The document that /api/v1/openapi.json serves, with its keys in order."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Settings(folder=folder), worlds=[])
        try:
            found = Api(Desk(shop)).litestar.openapi_schema.to_schema()
        finally:
            shop.close()
    return json.loads(json.dumps(found, sort_keys=True, default=str))


if __name__ == "__main__":
    print(json.dumps(document(), ensure_ascii=False, indent=1))
