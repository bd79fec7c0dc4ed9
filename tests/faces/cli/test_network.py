"""`linkloop network`: what it prints of a shop whose night was written, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from linkloop.app.settings import load
from linkloop.app.shop import Shop
from linkloop.commerce.time import DayClosed
from linkloop.core.world import Delivery
from tests.faces.cli.calling import call
from tests.links.network.shop_rows import DAY, SUNDAY
from tests.links.network.shop_rows import shop as rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A shop in which the Sunday has closed and the network link has heard it."""
    home = tmp_path_factory.mktemp("network") / "shop"
    opened = Shop(load(str(home), {}), worlds=[])
    said = (*rows(fixed=0), DayClosed(at=SUNDAY, shop="s", day=DAY))
    opened.loop.post([Delivery(source="test", external_id="1", said=said)])
    while opened.loop.turn():
        pass
    opened.slow.step()
    opened.close()
    return home


def test_the_plan_tells_cost_and_gap_and_who_serves_whom(folder):
    done = call("--folder", str(folder), "network", "plan")
    assert done.code == 0
    assert "as it runs" in done.out
    assert "proven gap" in done.out
    assert "上海" in done.out


def test_a_closed_place_is_told_before_and_after(folder):
    done = call("--folder", str(folder), "--json", "network", "what-if", "--close", "S")
    found = json.loads(done.out)
    assert set(found["after"]["centres"]) == {"E", "N"}
    assert found["after"]["cost"] > found["before"]["cost"]
    spoken = call("--folder", str(folder), "--lang", "zh", "network", "what-if", "--open", "W,30.6,104.0")
    assert "最优时改由其他仓库发货：成都" in spoken.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--close", "X"), "network.asked"),
        (("--open", "W,here,there"), "network.open"),
        (("--lane", "dearer"), "network.lane"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(folder, arguments, code):
    done = call("--folder", str(folder), "network", "what-if", *arguments)
    assert done.code == 3
    assert done.out == ""
    assert done.err


def test_json_is_the_only_thing_that_a_process_writes(folder):
    command = [sys.executable, "-c", "import sys; from linkloop.faces.cli import main; sys.exit(main())",
               "--folder", str(folder), "--json", "network", "what-if", "--demand", "2"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["made_on"] == DAY


def test_before_a_night_there_is_no_plan(tmp_path):
    Shop(load(str(tmp_path / "new"), {}), worlds=[]).close()
    done = call("--folder", str(tmp_path / "new"), "network", "plan")
    assert (done.code, done.out) == (0, "")
    assert "No plan has been made yet" in done.err
