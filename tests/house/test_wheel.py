"""The wheel: what is installed from it alone starts and shows its console; without the console it is not made."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
BUILT = Path("src/linkloop/faces/console/built")


def built(target: str, root: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """hatchling's build of one target, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    done = built("wheel", ROOT, out)
    assert done.returncode == 0, done.stderr[-2000:]
    [file] = out.glob("*.whl")
    return file


@pytest.mark.slow
def test_the_wheel_holds_the_console_with_its_packed_files_and_both_languages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = [name for name in file.namelist() if "/console/built/" in name]
        scripts = {n: file.read(n).decode() for n in names if n.endswith(".js")}
        index = file.read("linkloop/faces/console/built/index.html").decode()
        everything = file.namelist()
    for asked in re.findall(r'(?:src|href)="/(assets/[^"]+)"', index):
        assert f"linkloop/faces/console/built/{asked}" in names
    large = {name for name, text in scripts.items() if len(text) > 10_000}
    assert large
    assert {f"{name}.gz" for name in large} | {f"{name}.br" for name in large} <= set(names)
    said = "".join(scripts.values())
    assert "待审批" in said
    assert "Decisions" in said
    assert any(name.endswith(".woff2") for name in names)
    assert [name for name in everything if "node_modules" in name or name.endswith((".tsx", ".map"))] == []


@pytest.mark.slow
def test_what_is_installed_from_the_wheel_alone_starts_and_serves_its_page(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    [site] = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    # What it depends on is this environment's; its own sources are found first, and this checkout not at all.
    needed = Path(importlib.util.find_spec("msgspec").origin).parents[1]  # type: ignore[union-attr,arg-type]
    (site / "needed.pth").write_text(f"{needed}\n", encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [home / "bin" / "python", "-c", "import sys; from linkloop.faces.cli import main; sys.exit(main())",
               "up", "--no-open", "--no-town", "--port", str(port)]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINKLOOP_", "PYTHON"))}
    environment = {**kept, "LINKLOOP_FOLDER": str(tmp_path / "data")}
    server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
            page = _when_up(client, server)
            assert (page.status_code, '<div id="root">' in page.text) == (200, True)
            for asked in re.findall(r'(?:src|href)="/([^"]+)"', page.text):
                assert client.get(f"/{asked}").status_code == 200
    finally:
        server.terminate()
        assert server.wait(30) == 0


def _when_up(client: httpx.Client, server: subprocess.Popen[bytes]) -> httpx.Response:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            return client.get("/")
        except httpx.ConnectError:
            time.sleep(0.1)
    server.kill()
    raise AssertionError((server.stdout.read() if server.stdout else b"").decode())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a build needs, without the built console."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "console", tmp_path / "console", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "pack.mjs", tmp_path / "scripts")
    (tmp_path / "src" / "linkloop").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_without_the_console_nothing_is_made_and_it_says_what_to_run(checkout: Path, target: str) -> None:
    done = built(target, checkout, checkout / "dist")
    assert done.returncode != 0
    assert "the console has not been built" in done.stderr
    assert "scripts/setup.sh" in done.stderr
    assert list((checkout / "dist").glob("linkloop*")) == []


def test_pages_of_older_sources_are_refused(checkout: Path) -> None:
    shutil.copytree(ROOT / BUILT, checkout / BUILT)
    assert built("wheel", checkout, checkout / "dist").returncode == 0
    shutil.rmtree(checkout / "dist")
    with (checkout / "console" / "src" / "main.tsx").open("a", encoding="utf-8") as file:
        file.write("\n// changed\n")
    done = built("wheel", checkout, checkout / "dist")
    assert done.returncode != 0
    assert "built from other sources" in done.stderr
    assert list((checkout / "dist").glob("linkloop*")) == []
