"""The documented table of exit codes is the one in the code."""

from __future__ import annotations

import re

from dreamfusion_blender.errors import error_classes
from dreamfusion_blender.paths import ROOT


def test_every_code_is_documented_as_it_is():
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    documented = {code: int(number) for number, code in re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)}
    assert documented == {code: cls.exit_code for code, cls in error_classes().items()}
