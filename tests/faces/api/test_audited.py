"""Every change by a person is on record: each route that changes something says where, and what is said is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import linkloop.faces
from linkloop.faces.api.app import Api
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import delayed, open_small, said
from tests.faces.api.signed import PASSWORD, House, house
from tests.faces.api.test_access import routes

V = "/api/v1"
# Where a change is on record: a verb of the audit, or one of the words below. A new route needs its line.
LEDGER, LOG, OWN, NOTHING = "the ledger", "the log", "a record of its own", "nothing is changed"
RECORD = {
    f"POST {V}/connectors/endpoints/{{name}}/test": "endpoint.test",
    f"POST {V}/connectors/hooks": "hook.open",
    f"DELETE {V}/connectors/hooks/{{name}}": "hook.close",
    f"POST {V}/connectors/hooks/{{name}}/rotate": "hook.rotate",
    f"POST {V}/connectors/hooks/{{name}}/test": LOG,
    f"POST {V}/data/questions": "question.saved",
    f"PUT {V}/data/questions/{{question_id}}": "question.changed",
    f"DELETE {V}/data/questions/{{question_id}}": "question.deleted",
    f"POST {V}/data/questions/{{question_id}}/restore": "question.restored",
    f"POST {V}/data/tables/{{table}}/rows": NOTHING,
    f"POST {V}/dead-letters/{{letter_id}}/drop": "letters.drop",
    f"POST {V}/dead-letters/{{letter_id}}/retry": "letters.retry",
    f"POST {V}/decisions/bulk": LEDGER,
    f"POST {V}/decisions/bulk/preview": NOTHING,
    f"POST {V}/decisions/{{decision_id}}/adjust": LEDGER,
    f"POST {V}/decisions/{{decision_id}}/approve": LEDGER,
    f"POST {V}/decisions/{{decision_id}}/preview": NOTHING,
    f"POST {V}/decisions/{{decision_id}}/reexecute": NOTHING,
    f"POST {V}/decisions/{{decision_id}}/refuse": LEDGER,
    f"POST {V}/decisions/{{decision_id}}/undo": LEDGER,
    f"PUT {V}/service/knowledge/articles/{{article_id}}": "knowledge.save",
    f"POST {V}/service/knowledge/articles/{{article_id}}/withdraw": "knowledge.withdraw",
    f"POST {V}/service/knowledge/gaps/close": "knowledge.close",
    f"POST {V}/proposals": LEDGER,
    f"POST {V}/simulate": NOTHING,
    f"POST {V}/events": LOG,
    f"POST {V}/import": "imports.run",
    f"POST {V}/imports": OWN,  # a job that nothing has come of yet
    f"DELETE {V}/imports/{{import_id}}": "imports.discard",
    f"POST {V}/imports/{{import_id}}/assign": OWN,
    f"POST {V}/imports/{{import_id}}/fit": OWN,
    f"POST {V}/imports/{{import_id}}/run": "imports.run",
    f"POST {V}/imports/{{import_id}}/stop": "imports.stop",
    f"POST {V}/imports/{{import_id}}/try": NOTHING,
    f"POST {V}/letters/drop": "letters.drop",
    f"POST {V}/letters/retry": "letters.retry",
    f"PUT {V}/mappings/{{name}}": "mappings.keep",
    f"DELETE {V}/mappings/{{name}}": "mappings.forget",
    f"POST {V}/mappings/{{name}}/rename": "mappings.rename",
    f"POST {V}/network/what-if": NOTHING,
    f"POST {V}/people": "people.add",
    f"PATCH {V}/people/{{name}}": "people.role",
    f"POST {V}/people/{{name}}/password": "people.reset",
    f"POST {V}/quarantine/{{ward_id}}/accept": OWN,  # edits of a ward are kept with it until they are re-admitted
    f"POST {V}/quarantine/{{ward_id}}/dismiss": "quarantine.dismiss",
    f"POST {V}/quarantine/{{ward_id}}/edit": OWN,
    f"POST {V}/quarantine/{{ward_id}}/fix": OWN,
    f"POST {V}/quarantine/{{ward_id}}/mapping": OWN,
    f"POST {V}/quarantine/{{ward_id}}/readmit": "quarantine.readmit",
    f"POST {V}/quarantine/{{ward_id}}/undo": OWN,
    f"POST {V}/quarantine/{{ward_id}}/upload": OWN,
    f"POST {V}/questions/{{question}}/ask": NOTHING,
    f"POST {V}/replay": NOTHING,
    f"POST {V}/rules/{{name}}/back": "rules.back",
    f"POST {V}/rules/{{name}}/check": NOTHING,
    f"PUT {V}/rules/{{name}}/draft": OWN,  # drafts are nobody's rules yet; going live is
    f"DELETE {V}/rules/{{name}}/draft": OWN,
    f"POST {V}/rules/{{name}}/live": "rules.live",
    f"POST {V}/rules/{{name}}/merge": NOTHING,
    f"POST {V}/rules/{{name}}/try": NOTHING,
    f"POST {V}/rules/{{name}}/what-ifs": NOTHING,
    f"DELETE {V}/rules/{{name}}/what-ifs/{{job}}": NOTHING,
    f"POST {V}/service/contacts/{{contact_id}}/merge": "service.merge",
    f"POST {V}/service/contacts/{{contact_id}}/refuse": "service.refuse",
    f"POST {V}/service/contacts/{{contact_id}}/split": "service.split",
    f"POST {V}/service/conversations/{{conversation_id}}/hand-back": "service.hand_back",
    f"POST {V}/service/conversations/{{conversation_id}}/rate": "service.rate",
    f"POST {V}/service/conversations/{{conversation_id}}/renew": "service.renew",
    f"POST {V}/service/conversations/{{conversation_id}}/reopen": "service.reopen",
    f"POST {V}/service/conversations/{{conversation_id}}/reply": "service.answer",
    f"POST {V}/service/conversations/{{conversation_id}}/review": "service.review",
    f"POST {V}/service/conversations/{{conversation_id}}/solve": "service.solve",
    f"POST {V}/service/conversations/{{conversation_id}}/take": "service.take",
    f"POST {V}/service/suggestions/find": "service.suggest",
    f"PUT {V}/service/macros/{{macro_id}}": "service.macro_kept",
    f"DELETE {V}/service/macros/{{macro_id}}": "service.macro_forgotten",
    f"POST {V}/session": "session.begin",
    f"DELETE {V}/session": "session.end",
    f"PUT {V}/session/likes": "session.likes",
    f"POST {V}/session/password": "session.password",
    f"DELETE {V}/sessions": "session.end_all",
    f"DELETE {V}/sessions/{{session_id}}": "session.end",
    f"PUT {V}/settings/gate": "gate.set",
    f"POST {V}/sql": NOTHING,
    f"POST {V}/sql/export": NOTHING,
    f"DELETE {V}/sql/history": OWN,
    f"POST {V}/sql/runs": OWN,
    f"DELETE {V}/sql/runs/{{run}}": NOTHING,
    f"POST {V}/stock/products/{{product_id}}/override": "forecast.overridden",
    f"POST {V}/stock/products/{{product_id}}/override/undo": "forecast.override_undone",
    f"POST {V}/stock/products/{{product_id}}/what-if": NOTHING,
    f"POST {V}/tokens": "tokens.add",
    f"DELETE {V}/tokens/{{token_id}}": "tokens.revoke",
    f"POST {V}/town": "town.pause",
    "POST /hooks/platforms/{name}": LOG,
    "POST /hooks/{name}": LOG,
}
BUILT = {
    f"service.{deed}": f'"{deed}", conversation_id'
    for deed in (
        "answer",
        "hand_back",
        "rate",
        "renew",
        "reopen",
        "solve",
        "take",
    )
} | {"rules.back": 'f"rules.{way}"', "rules.live": 'f"rules.{way}"', "town.pause": 'f"town.{order.do}"'}


def test_every_route_that_changes_something_says_where_that_is_on_record(tmp_path: Path) -> None:
    shop, _ = open_small(tmp_path)
    changing = {f"{method} {path}" for method, path, _ in routes(Api(Desk(shop))) if method not in ("GET", "WS")}
    shop.close()
    assert changing == set(RECORD)


def test_every_verb_that_is_promised_is_written_somewhere() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(linkloop.faces.__path__[0]).rglob("*.py"))
    verbs = {where for where in RECORD.values() if re.fullmatch(r"[a-z_]+\.[a-z_]+", where)}
    assert [verb for verb in sorted(verbs) if BUILT.get(verb, f'"{verb}"') not in source] == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house"), {"root": "admin"}) as found:
        yield found


def new(home: House, client: httpx.Client, method: str, path: str, body: Any = None) -> list[tuple[str, str, str]]:
    """What one request adds to the audit."""
    before = len(home.audit())
    answer = client.request(method, f"{V}/{path}", json=body)
    assert answer.is_success, answer.text
    return [(entry.by, entry.what, entry.about) for entry in home.audit()[before:]]


def test_what_an_administrator_does_is_on_record_under_the_own_name(home: House) -> None:
    with home.signed_in("root") as client:
        person = {"name": "li", "role": "data", "password": PASSWORD}
        assert new(home, client, "POST", "people", person) == [("root", "people.add", "li")]
        assert new(home, client, "PATCH", "people/li", {"role": "live"}) == [("root", "people.role", "li")]
        assert new(home, client, "PATCH", "people/li", {"role": "live"}) == []  # nothing was changed
        assert new(home, client, "PATCH", "people/li", {"disabled": True}) == [("root", "people.disable", "li")]
        assert new(home, client, "PATCH", "people/li", {"disabled": False}) == [("root", "people.enable", "li")]
        assert new(home, client, "POST", "people/li/password", {"password": "nine slow tortoises"}) == [
            ("root", "people.reset", "li")
        ]
        assert new(home, client, "POST", "tokens", {"name": "ERP", "role": "data"}) == [("root", "tokens.add", "ERP")]
        [key] = client.get(f"{V}/tokens").json()
        assert new(home, client, "DELETE", f"tokens/{key['id']}") == [("root", "tokens.revoke", "ERP")]
        assert new(home, client, "DELETE", f"tokens/{key['id']}") == []
        assert new(home, client, "PUT", "session/likes", {"theme": "dark"}) == [("root", "session.likes", "root")]
        home.shop.loop.accept([said("poison", delayed("none"))])
        [letter] = client.get(f"{V}/dead-letters").json()
        assert new(home, client, "POST", f"dead-letters/{letter['id']}/drop", {"by": "somebody else"}) == [
            ("root", "letters.drop", letter["id"])
        ]


def test_budgets_are_changed_with_what_stood_before_and_never_over_somebody_elses_change(home: House) -> None:
    with home.signed_in("root") as client:
        live = client.get(f"{V}/settings/gate").json()
        policy = {**live["policy"], "forbidden": ["Replenish"]}
        assert new(home, client, "PUT", "settings/gate", {"policy": policy, "version": live["version"]}) == [
            ("root", "gate.set", "gate")
        ]
        entry = home.audit(what="gate.set")[-1]
        assert (entry.before["forbidden"], entry.after["forbidden"]) == ([], ["Replenish"])
        assert home.shop.gate.policy.forbidden == ("Replenish",)
        stale = client.put(f"{V}/settings/gate", json={"policy": live["policy"], "version": live["version"]})
        assert (stale.status_code, stale.json()["code"]) == (409, "gate.changed")
        assert home.shop.gate.policy.forbidden == ("Replenish",)
        told = client.get(f"{V}/audit", params={"what": "gate", "limit": 1}).json()
        assert [(one["by"], one["what"]) for one in told["items"]] == [("root", "gate.set")]


def test_the_audit_is_read_in_pages_and_filtered(home: House) -> None:
    with home.signed_in("root") as client:
        seen: list[int] = []
        cursor = ""
        while True:
            page = client.get(f"{V}/audit", params={"limit": 4, "cursor": cursor}).json()
            seen += [one["seq"] for one in page["items"]]
            if not (cursor := page["next"]):
                break
        assert seen == [entry.seq for entry in reversed(home.audit())]
        assert set(client.get(f"{V}/audit/verbs").json()) == {entry.what for entry in home.audit()}
        assert client.get(f"{V}/audit", params={"since": "2100-01-01T00:00:00Z"}).json() == {"items": [], "next": ""}
        assert client.get(f"{V}/audit", params={"cursor": "x"}).json()["code"] == "cursor.invalid"
