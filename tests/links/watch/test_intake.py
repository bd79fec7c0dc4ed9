"""A file of which too much went into quarantine is an alert until it is mended."""

from datetime import UTC, datetime

from linkloop.commerce.loop import FileImported
from linkloop.commerce.watching import Alert
from linkloop.links.watch import link
from tests.links.context import MemoryShop, of_kind

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def imported(rows_in, quarantined):
    return FileImported(
        at=NOW, file="orders.csv", sha256="0", mapping="m", rows_in=rows_in,
        rows_kept=rows_in - quarantined, rows_quarantined=quarantined,
    )  # fmt: skip


def alerts(shop, *events):
    return [(alert.status, alert.observed) for alert in of_kind(shop.hear(*events), Alert)]


def test_a_good_file_says_nothing():
    assert alerts(MemoryShop(link), imported(1000, 50)) == []


def test_more_than_a_twentieth_is_an_alert_with_its_numbers():
    assert alerts(MemoryShop(link), imported(1000, 51)) == [("open", 51.0)]


def test_a_few_bad_rows_of_a_small_file_are_no_alert():
    assert alerts(MemoryShop(link), imported(20, 9)) == []


def test_the_same_file_mended_ends_it():
    shop = MemoryShop(link)
    assert alerts(shop, imported(1000, 500), imported(1000, 0)) == [("open", 500.0), ("over", 0.0)]
