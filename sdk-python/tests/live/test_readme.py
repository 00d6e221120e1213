"""The README's first example runs as it stands, and the others parse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from gatepost import Client

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def test_the_first_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(BLOCKS[0], str(README), "exec"), {})  # noqa: S102 - it is ours
    assert "for item in" in BLOCKS[0] and isinstance(capsys.readouterr().out, str)


def test_all_examples_are_python() -> None:
    assert len(BLOCKS) >= 2
    for block in BLOCKS:
        ast.parse(block)


def test_the_example_of_metadata_reads_back_what_it_kept() -> None:
    [block] = [one for one in BLOCKS if "metadata_as" in one]
    names: dict[str, object] = {}
    exec(compile(block, str(README), "exec"), names)  # noqa: S102 - it is ours
    with Client() as client:
        plan_of_new_key = names["plan_of_new_key"]
        assert callable(plan_of_new_key) and plan_of_new_key(client) == "pro"
