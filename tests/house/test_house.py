"""The house is as the design says: data is data, five methods, every word spoken and heard, small files."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import linkloop
from linkloop.app.settings import Settings
from linkloop.app.shop import LOOP_SAYS, Shop, installed_links, installed_worlds
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.vocabulary import actions, events
from linkloop.engine.context import LinkContext
from linkloop.engine.wiring import edges

SOURCE = Path(linkloop.__file__).parent
COMMERCE = sorted((SOURCE / "commerce").glob("*.py"))
_BEHAVIOUR = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With)
_BEHAVIOUR = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With)
_DATA = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.AnnAssign, ast.Assign)


def behaviour(tree: ast.Module) -> list[str]:
    """What in a module is more than data: functions, loops, conditions, calls outside a default or a constraint."""
    found = []
    for node in ast.walk(tree):
        if isinstance(
            node,
            ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.For | ast.While | ast.If | ast.Try | ast.With,
        ):
            found.append(f"line {node.lineno}: {type(node).__name__}")
    for node in [*tree.body, *(item for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for item in c.body)]:
        doc = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not doc and not isinstance(node, _DATA):
            found.append(f"line {node.lineno}: {type(node).__name__}")
    return found


@pytest.mark.parametrize("path", COMMERCE, ids=lambda path: path.stem)
def test_commerce_is_data_only(path):
    assert behaviour(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("code", ["class A:\n    def f(self): ...", "print(1)", "x = lambda: 1", "if 1:\n    x = 2"])
def test_the_check_sees_behaviour(code):
    assert behaviour(ast.parse(code))


def test_a_link_reaches_facts_through_five_methods_for_ever():
    promised = {name for name in vars(Context) if not name.startswith("_")}
    assert promised == {"read", "sql", "ask", "seats", "now"}
    given = {name for name, _ in inspect.getmembers(LinkContext, inspect.isfunction) if not name.startswith("_")}
    assert given - {"take_trace"} == promised  # the trace is the engine's own, not in what links are typed against


@pytest.fixture(scope="module")
def wiring(tmp_path_factory):
    settings = Settings(folder=str(tmp_path_factory.mktemp("shop")))
    return edges(installed_links(), installed_worlds(settings), LOOP_SAYS)


def test_every_event_has_a_speaker_and_a_hearer(wiring):
    spoken = {edge.word for edge in wiring if edge.speaker}
    heard = {edge.word for edge in wiring if edge.hearer}
    ours = {kind.__name__ for kind in events().values() if kind.__module__.startswith("linkloop.")}
    assert sorted(ours - spoken) == []
    assert sorted(ours - heard) == []


def test_every_action_has_somebody_who_decides_it_and_a_world_that_does_it(wiring):
    undo = {kind.__undo__ for kind in actions().values()}
    for kind in actions().values():
        if kind.__module__.startswith("linkloop."):
            mine = [edge for edge in wiring if edge.word == kind.__name__]
            assert any(edge.hearer for edge in mine), f"nobody does {kind.__name__}"
            assert kind.__name__ in undo or any(edge.speaker for edge in mine), f"nobody decides {kind.__name__}"


def test_no_loop_of_links_bypasses_a_world(wiring):
    links = {link.name for link in installed_links()}
    graph: dict[str, set[str]] = {}
    for edge in wiring:
        if edge.speaker in links and edge.hearer in links and edge.how == "event":
            graph.setdefault(edge.speaker, set()).add(edge.hearer)

    def reaches(start: str, goal: str, seen: frozenset[str]) -> bool:
        return any(n == goal or (n not in seen and reaches(n, goal, seen | {n})) for n in graph.get(start, ()))

    assert [link for link in sorted(links) if reaches(link, link, frozenset())] == []


def test_assembly_stays_small():
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (SOURCE / "app").glob("shop.py"))
    assert lines <= 200


def test_files_hold_one_idea():
    long = {
        str(path.relative_to(SOURCE)): n
        for path in SOURCE.rglob("*.py")
        if (n := len(path.read_text(encoding="utf-8").splitlines())) > 320
    }
    assert long == {}


def test_every_module_says_what_it_is_for():
    missing = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if path.stat().st_size > 1 and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert missing == []


def test_no_pickle_and_no_forbidden_names():
    names = {"utils", "helpers", "manager", "base", "misc"}
    sources = {path: path.read_text("utf-8") for path in SOURCE.rglob("*.py")}
    assert [str(path) for path, text in sources.items() if path.stem in names or "import pickle" in text] == []


def test_tables_are_frozen():
    def below(kind):
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    assert [t.__name__ for t in below(Table) if not t.__struct_config__.frozen] == []
    assert Shop.__doc__
