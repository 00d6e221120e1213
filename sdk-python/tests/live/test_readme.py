"""The README's first example runs as it stands, and the others parse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def test_the_first_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(BLOCKS[0], str(README), "exec"), {})  # noqa: S102 - it is ours
    assert "for item in" in BLOCKS[0] and isinstance(capsys.readouterr().out, str)


def test_all_examples_are_python() -> None:
    assert len(BLOCKS) >= 2
    for block in BLOCKS:
        ast.parse(block)
