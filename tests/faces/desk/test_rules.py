"""Decision tables on the desk: from a draft to a version that decides, and back; nothing goes live by half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from linkloop.app.shop import Shop
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.text import Text
from linkloop.engine.rules import load
from linkloop.faces.desk.rules import checking, drafts, hits, living, reading
from linkloop.faces.desk.rules.diff import diff
from linkloop.faces.desk.rules.sheet import body_of, sheet_of
from linkloop.faces.desk.rules.views import RuleCellDiff, RuleSheetRow
from linkloop.faces.desk.rules.whatif import period, what_ifs
from linkloop.links.stock import link as stock
from linkloop.store import audit
from tests.engine.small_shop import decisions, delayed, order, said
from tests.faces.desk.rule_shop import (
    REMEDY,
    dearer,
    last,
    open_rule_shop,
    sheet,
    until_done,
    with_cell,
    with_test,
)

DAY = "a day and calm is worth a twentieth"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_rule_shop(tmp_path)
    yield shop
    shop.close()


def late(shop: Shop, n: int, days: str = "2", mood: str = "neutral") -> None:
    """An order of ¥500 whose parcel is late."""
    event = replace(delayed(n), cause=f"{days} {mood}")
    shop.loop.accept([said(f"late:{n}", order(n, 500), event)])


def kept(shop: Shop) -> list[tuple[Any, ...]]:
    """Everything that settings and audit hold."""
    with shop.store.read() as connection:
        settings = connection.exec_driver_sql("SELECT name, body FROM settings ORDER BY name").all()
        audited = connection.exec_driver_sql("SELECT seq FROM audit").all()
    return [*map(tuple, settings), *map(tuple, audited)]


def trail(shop: Shop) -> list[audit.Audited]:
    with shop.store.read() as connection:
        return audit.read(connection, what="rules")


# -- sheets ----------------------------------------------------------------------------------------------------


def test_a_sheet_says_all_of_its_file_and_becomes_the_same_version_again(shop: Shop) -> None:
    for body in (shop.rules.bodies[REMEDY], (stock.rules / "replenish.rules.json").read_bytes()):  # type: ignore[operator]
        again = body_of(body, sheet_of(body))
        assert load(again).version == load(body).version
        assert sheet_of(again) == sheet_of(body)


def test_a_table_is_read_with_words_units_and_who_uses_it(shop: Shop) -> None:
    table = reading.one_table(shop, REMEDY, 30, "wei")
    late_days, mood, value, *_ = table.asks
    assert (late_days.title, late_days.kind, late_days.unit) == (Text(en="Days late", zh="延误天数"), "float", "days")
    assert [(word.value, word.title.zh) for word in mood.words][:2] == [("angry", "愤怒"), ("anxious", "焦急")]
    assert (value.kind, value.unit) == ("int", "money")
    assert [(f.name, f.required, f.default) for f in table.answers] == [
        ("percent_cap", True, None), ("amount_cap", True, None), ("apologise", False, True), ("coupons", False, False),
    ]  # fmt: skip
    assert (table.summary.link, table.summary.shipped, table.summary.since) == ("payer", True, None)
    with pytest.raises(NotFound, match=r"rules\.unknown"):
        reading.one_table(shop, "rules:Nothing", 30, "wei")


# -- checking --------------------------------------------------------------------------------------------------


def test_every_fault_is_pinned_to_its_cell_and_a_readable_draft_is_ready(shop: Shop) -> None:
    draft = with_cell(with_cell(sheet(shop), "often", "compensated_before", ">= three"), "day", "amount_cap", "1.5")
    found = checking.check(shop, REMEDY, draft)
    pins = {(p.row, p.side, p.column, p.code) for p in found.problems}
    assert pins == {
        ("often", "when", "compensated_before", "rules.cell"),
        ("day", "then", "amount_cap", "rules.output"),
    }
    assert not found.ready
    fine = checking.check(shop, REMEDY, sheet(shop))
    assert (fine.ready, fine.problems, fine.version) == (True, [], shop.rules.live[REMEDY].version)
    assert fine.compared > 100
    assert all(test.passed for test in fine.tests)
    assert fine.diff.empty()


def test_a_gap_is_told_with_an_example_and_a_failing_test_with_what_came_out(shop: Shop) -> None:
    gap = checking.check(shop, REMEDY, with_cell(sheet(shop), "day", "late_days", ">= 2"))
    [finding] = [f for f in gap.findings if f.kind == "gap"]
    assert 1 <= finding.example["late_days"] < 2
    assert (gap.ready, gap.problems[0].code, gap.compared) == (False, "rules.gap", 0)

    failing = checking.check(shop, REMEDY, with_cell(sheet(shop), "day", "amount_cap", "3300"))
    [test] = [t for t in failing.tests if not t.passed]
    assert (test.name, test.row, test.wrong, test.got["amount_cap"]) == (DAY, "day", ["amount_cap"], 3300)
    assert (failing.ready, [p.test for p in failing.problems]) == (False, [9])
    assert [(r.row, [c.after for c in r.cells]) for r in failing.diff.rows] == [("day", ["3300"])]


def test_a_cell_that_is_too_long_and_a_test_without_a_wish_are_pinned_too(shop: Shop) -> None:
    long = with_cell(sheet(shop), "day", "late_days", "1, " * 300)
    [problem] = checking.check(shop, REMEDY, long).problems
    assert (problem.row, problem.side, problem.column) == ("day", "when", "late_days")
    blank = replace(sheet(shop), tests=(replace(sheet(shop).tests[0], then={}),))
    assert [p.test for p in checking.check(shop, REMEDY, blank).problems] == [0]


def test_a_trial_says_for_each_row_why_it_does_not_fire(shop: Shop) -> None:
    given = {"late_days": 4, "mood": "neutral", "order_value": 100, "compensated_before": 0}
    found = checking.trial(shop, REMEDY, sheet(shop), given)
    missed = {row.row: row.missed for row in found.rows}
    answer = {"percent_cap": 10.0, "amount_cap": 5000, "apologise": True, "coupons": True}
    assert (found.fired, found.answer) == ("days", answer)
    assert missed["days"] == []
    assert missed["on-time"] == ["late_days"]
    assert missed["week-upset"] == ["late_days", "mood"]
    assert missed["days-upset"] == ["mood"]
    with pytest.raises(LinkloopError, match=r"input\.invalid"):
        checking.trial(shop, REMEDY, sheet(shop), {"late_days": 4})


# -- going live ------------------------------------------------------------------------------------------------


def test_a_draft_that_goes_live_decides_the_next_case_is_audited_and_outlives_a_restart(
    shop: Shop, tmp_path: Path
) -> None:
    late(shop, 1)
    before = shop.rules.live[REMEDY].version
    drafts.save(shop, REMEDY, "wei", dearer(sheet(shop)), before, 0)
    done = living.go_live(shop, REMEDY, dearer(sheet(shop)), before, "festival week", "wei")
    late(shop, 2)
    assert [d.action["amount"]["amount"] for d in decisions(shop)] == [2000, 3300]
    assert decisions(shop)[1].asked[0].version == done.version

    [entry] = trail(shop)
    assert (entry.by, entry.what, entry.about) == ("wei", "rules.live", REMEDY)
    assert entry.before == {"version": before, "rows": {"day": {"then.amount_cap": "2000"}}}
    assert entry.after["version"] == done.version
    assert entry.after["rows"] == {"day": {"then.amount_cap": "3300"}}
    assert (entry.after["note"], entry.after["tests"]) == ("festival week", [{"name": DAY, "came": "changed"}])
    assert drafts.draft(shop, REMEDY, "wei") is None

    shop.close()
    again = open_rule_shop(tmp_path)
    late(again, 3)
    assert last(decisions(again)) == 3300
    summary = reading.one_table(again, REMEDY, 30, "li").summary
    assert (summary.version, summary.by, summary.note, summary.shipped) == (done.version, "wei", "festival week", False)
    again.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: with_test(s, DAY, amount_cap=9), "rules.test"),
        (lambda s: with_cell(s, "day", "late_days", ">= 2"), "rules.gap"),
        (lambda s: with_cell(s, "day", "late_days", ">= two"), "rules.cell"),
        (lambda s: replace(s, rows=()), "rules.shape"),
        (lambda s: replace(s, inputs=("late_days", "weather")), "rules.field"),
        (lambda s: s, "rules.same"),
    ],
)
def test_a_draft_that_is_not_in_order_cannot_go_live_and_nothing_changes(shop: Shop, change: Any, code: str) -> None:
    before, written = shop.rules.live[REMEDY], kept(shop)
    with pytest.raises(LinkloopError) as refusal:
        living.go_live(shop, REMEDY, change(sheet(shop)), before.version, "why", "wei")
    assert refusal.value.code == code
    assert shop.rules.live[REMEDY] is before
    assert kept(shop) == written
    late(shop, 1)
    assert last(decisions(shop)) == 2000


def test_a_change_without_a_note_is_refused(shop: Shop) -> None:
    before = shop.rules.live[REMEDY].version
    with pytest.raises(Refused, match=r"rules\.note"):
        living.go_live(shop, REMEDY, dearer(sheet(shop)), before, "  ", "wei")
    assert kept(shop) == []
    assert shop.rules.live[REMEDY].version == before


def test_whoever_began_from_a_version_that_is_no_longer_live_is_told_and_does_not_overwrite(shop: Shop) -> None:
    first = shop.rules.live[REMEDY].version
    mine = with_cell(sheet(shop), "again", "amount_cap", "1500")
    mine = with_test(mine, "a second time is worth little", amount_cap=1500)
    living.go_live(shop, REMEDY, dearer(sheet(shop)), first, "festival", "wei")
    written = kept(shop)
    with pytest.raises(Conflict, match=r"rules\.moved.*wei"):
        living.go_live(shop, REMEDY, mine, first, "mine", "li")
    assert kept(shop) == written

    merged = drafts.merged(shop, REMEDY, mine, first)
    assert merged.clashes == []
    living.go_live(shop, REMEDY, merged.sheet, merged.based_on, "both", "li")
    cells = {row.id: row.then["amount_cap"] for row in sheet(shop).rows}
    assert (cells["day"], cells["again"]) == ("3300", "1500")


def test_a_commit_that_fails_leaves_the_old_table_deciding(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shop.rules.live[REMEDY]

    def fails(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("linkloop.store.writes.Writes.flush", fails)
        with pytest.raises(OSError, match="disk full"):
            living.go_live(shop, REMEDY, dearer(sheet(shop)), before.version, "festival", "wei")
    assert shop.rules.live[REMEDY].version == before.version
    late(shop, 1)
    assert last(decisions(shop)) == 2000
    assert trail(shop) == []


# -- versions --------------------------------------------------------------------------------------------------


def test_an_older_version_comes_back_and_the_shipped_one_is_restored(shop: Shop) -> None:
    v0 = shop.rules.live[REMEDY].version
    v1 = living.go_live(shop, REMEDY, dearer(sheet(shop)), v0, "one", "wei").version
    worth = with_cell(dearer(sheet(shop)), "week", "percent_cap", "15")
    v2 = living.go_live(
        shop, REMEDY, with_test(worth, "a week and calm is worth a fifth", percent_cap=15), v1, "two", "li"
    )
    back = living.bring_back(shop, REMEDY, v1, v2.version, "two cost too much", "wei")
    assert (back.version, back.way, back.live) == (v1, "back", True)
    late(shop, 1)
    assert last(decisions(shop)) == 3300
    with pytest.raises(Conflict, match=r"rules\.moved"):
        living.bring_back(shop, REMEDY, v0, v2.version, "late click", "li")
    ships = living.bring_back(shop, REMEDY, v0, v1, "start again", "li")
    assert (ships.way, ships.shipped) == ("shipped", True)
    late(shop, 2)
    assert last(decisions(shop)) == 2000

    told = [(v.version, v.by, v.way, v.live) for v in living.versions(shop, REMEDY)]
    assert told == [
        (v0, "li", "shipped", True), (v1, "wei", "back", False), (v2.version, "li", "live", False),
        (v1, "wei", "live", False), (v0, "", "", False),
    ]  # fmt: skip
    assert [e.what for e in trail(shop)] == ["rules.shipped", "rules.back", "rules.live", "rules.live"]
    changed = living.difference(shop, REMEDY, v0, v1)
    assert [(r.row, r.came, r.cells) for r in changed.rows] == [
        ("day", "changed", [RuleCellDiff("then", "amount_cap", "2000", "3300")])
    ]
    with pytest.raises(NotFound, match=r"rules\.version"):
        living.version_sheet(shop, REMEDY, "000000000000")


def test_a_restored_table_follows_what_ships_after_a_restart(shop: Shop, tmp_path: Path) -> None:
    v0 = shop.rules.live[REMEDY].version
    v1 = living.go_live(shop, REMEDY, dearer(sheet(shop)), v0, "one", "wei").version
    living.bring_back(shop, REMEDY, v0, v1, "no", "wei")
    shop.close()
    again = open_rule_shop(tmp_path)
    assert again.rules.live[REMEDY].version == v0
    with again.store.read() as connection:
        body = connection.exec_driver_sql(f"SELECT body FROM settings WHERE name = 'rules/{REMEDY}'").scalar()
    assert body == b""
    again.close()


def test_added_removed_and_moved_rows_are_told_apart(shop: Shop) -> None:
    old = sheet(shop)
    rows = [*old.rows]
    rows.insert(0, rows.pop(4))
    del rows[8]
    rows.insert(2, RuleSheetRow(id="new", when={"late_days": ">= 30"}, then={"percent_cap": "20"}))
    found = diff(old, replace(old, rows=tuple(rows)))
    assert [(r.row, r.came) for r in found.rows] == [
        ("week-upset", "moved"), ("new", "added"), (old.rows[8].id, "removed"),
    ]  # fmt: skip


# -- drafts ----------------------------------------------------------------------------------------------------


def test_each_person_keeps_a_draft_and_a_second_window_does_not_overwrite_the_first(shop: Shop) -> None:
    live = shop.rules.live[REMEDY].version
    mine = drafts.save(shop, REMEDY, "wei", dearer(sheet(shop)), live, 0)
    theirs = drafts.save(shop, REMEDY, "li", with_cell(sheet(shop), "week", "percent_cap", "15"), live, 0)
    assert (mine.revision, theirs.revision) == (1, 1)
    with pytest.raises(Conflict, match=r"rules\.draft_moved"):
        drafts.save(shop, REMEDY, "wei", sheet(shop), live, 0)
    assert drafts.draft_of(shop, REMEDY, "wei").sheet == dearer(sheet(shop))
    assert {d.by for d in drafts.drafts(shop, REMEDY)} == {"wei", "li"}

    drafts.discard(shop, REMEDY, "wei")
    assert [d.by for d in drafts.drafts(shop, REMEDY)] == ["li"]
    with pytest.raises(Conflict, match=r"rules\.draft_moved"):  # an old window that did not see it given up
        drafts.save(shop, REMEDY, "wei", sheet(shop), live, 1)
    assert drafts.save(shop, REMEDY, "wei", sheet(shop), live, 2).revision == 3


def test_a_draft_is_stale_once_another_version_is_live_and_clashes_are_told(shop: Shop) -> None:
    live = shop.rules.live[REMEDY].version
    mine = with_cell(sheet(shop), "day", "amount_cap", "2500")
    drafts.save(shop, REMEDY, "li", mine, live, 0)
    new = living.go_live(shop, REMEDY, dearer(sheet(shop)), live, "festival", "wei").version
    kept_draft = drafts.draft_of(shop, REMEDY, "li")
    assert kept_draft.stale
    assert kept_draft.before != sheet(shop)
    merged = drafts.merged(shop, REMEDY, kept_draft.sheet, kept_draft.based_on)
    assert (merged.based_on, merged.clashed_rows) == (new, ["day"])
    assert merged.clashes == [RuleCellDiff("then", "amount_cap", "3300", "2500")]
    assert {r.id: r.then["amount_cap"] for r in merged.sheet.rows}["day"] == "2500"


# -- the past --------------------------------------------------------------------------------------------------


def test_hits_are_counted_from_real_decisions_row_by_row(shop: Shop) -> None:
    for n, (days, mood) in enumerate([("2", "neutral"), ("2", "pleased"), ("8", "angry"), ("0.5", "neutral")]):
        late(shop, n, days, mood)
    summary = next(one for one in reading.list_tables(shop, 30) if one.name == REMEDY)
    fired = dict(zip(summary.rows, summary.fired, strict=True))
    assert {row: n for row, n in fired.items() if n} == {"day": 2, "week-upset": 1, "hours": 1}
    late(shop, 9)
    assert hits.hits(shop, 30)[REMEDY]["day"] == 3

    [newest, *_] = hits.asked(shop, REMEDY, "day", 10)
    asked = {"late_days": 2.0, "mood": "neutral", "order_value": 50000, "compensated_before": 0, "cause": "late"}
    assert newest.given == asked
    assert (newest.row, newest.answered["amount_cap"], len(hits.asked(shop, REMEDY, "", 10))) == ("day", 2000, 5)


def test_a_what_if_tells_money_and_each_changed_decision_and_writes_nothing(shop: Shop) -> None:
    for n, days in enumerate(["2", "2", "4", "0.5"]):
        late(shop, n, days)
    written, jobs = kept(shop), what_ifs(shop)
    assert period(shop, None, None).events == 4
    begun = jobs.start(REMEDY, dearer(sheet(shop)), None, None, "wei")
    found: Any = until_done(lambda: jobs.one(REMEDY, begun.id))
    assert (found.state, found.done, found.result.changed, found.result.cases_changed) == ("done", 4, 2, 2)
    assert (found.result.money_before, found.result.money_after) == (2000 * 2 + 5000, 3300 * 2 + 5000)
    change = found.result.changes[0]
    assert (change.before.money.amount, change.after.money.amount, change.after.rule) == (2000, 3300, "day")
    assert kept(shop) == written
    assert [d.action["amount"]["amount"] for d in decisions(shop)] == [2000, 2000, 5000, 0]

    same = jobs.start(REMEDY, sheet(shop), None, None, "wei")
    unchanged: Any = until_done(lambda: jobs.one(REMEDY, same.id))
    assert (unchanged.result.changed, unchanged.result.decisions) == (0, 4)
    assert [job.id for job in jobs.all(REMEDY)] == [same.id, begun.id]

    live = shop.rules.live[REMEDY].version
    done = living.go_live(shop, REMEDY, dearer(sheet(shop)), live, "as tried", "wei")
    assert done.tried["money_after"] == 3300 * 2 + 5000
    assert trail(shop)[0].after["what_if"]["changed"] == 2


def test_a_what_if_can_be_given_up_and_one_of_a_broken_draft_never_begins(shop: Shop) -> None:
    for n in range(30):
        late(shop, n)
    jobs = what_ifs(shop)
    with pytest.raises(LinkloopError, match=r"rules\.gap"):
        jobs.start(REMEDY, with_cell(sheet(shop), "day", "late_days", ">= 2"), None, None, "wei")
    assert jobs.all(REMEDY) == []
    jobs._one.acquire()  # another one is running
    begun = jobs.start(REMEDY, dearer(sheet(shop)), None, None, "wei")
    assert jobs.one(REMEDY, begun.id).state == "waiting"
    jobs.cancel(REMEDY, begun.id)
    found: Any = until_done(lambda: jobs.one(REMEDY, begun.id))
    jobs._one.release()
    assert (found.state, found.result) == ("cancelled", None)
