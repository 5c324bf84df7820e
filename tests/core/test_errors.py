"""The documented table of exit codes is the one in the code."""

from __future__ import annotations

import re

from dreamfusion_blender.errors import error_classes
from dreamfusion_blender.paths import ROOT


def test_every_code_is_documented_as_it_is():
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    documented = {code: int(number) for number, code in re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)}
    assert documented == {code: cls.exit_code for code, cls in error_classes().items()}


def test_help_names_the_exit_code_of_every_error(run_cli):
    (line,) = re.findall(r"exit codes: (.*?)\. Folders", run_cli("--help").stdout, re.DOTALL)
    ranges = [(int(first), int(last or first)) for first, last in re.findall(r"\b(\d+)(?:-(\d+))?\b", line)]
    unnamed = {cls.exit_code for cls in error_classes().values() if cls.exit_code != 1}
    assert not [code for code in unnamed if not any(first <= code <= last for first, last in ranges)]
