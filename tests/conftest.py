"""For all tests: what takes long begins first, so that two workers end at the same time."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests to the front; the order is otherwise kept."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
