"""Types: what the console knows of the API is what the API is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.console.node import node

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "console" / "src" / "api" / "schema.ts"


pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # a compiler each, and both cores may be busy


def test_the_types_of_the_api_are_those_of_its_code(tmp_path: Path) -> None:
    """When this fails: scripts/types.sh, and commit console/src/api/schema.ts."""
    subprocess.run([ROOT / "scripts" / "types.sh", tmp_path / "schema.ts"], check=True, timeout=280)
    fresh, kept = ((path.read_text(encoding="utf-8")).splitlines() for path in (tmp_path / "schema.ts", SCHEMA))
    differs = next((n for n, (a, b) in enumerate(zip(fresh, kept, strict=False)) if a != b), min(len(fresh), len(kept)))
    assert fresh == kept, (
        f"console/src/api/schema.ts is stale from line {differs + 1} on; run: scripts/types.sh\n"
        f"  is:        {''.join(kept[differs : differs + 1])}\n  should be: {''.join(fresh[differs : differs + 1])}"
    )


def test_the_console_type_checks() -> None:
    compiler = ROOT / "console" / "node_modules" / "typescript" / "bin" / "tsc"
    command = [node(), str(compiler), "--noEmit", "-p", str(ROOT / "console")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert found.stdout == ""
    assert found.returncode == 0
