"""The interface in Korean, in a whole Blender, which has Korean words and a font of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop import screenshot, wait_for
from test_iterate import folder  # noqa: F401  # a fixture
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import HERE, PATIENCE, Window, end, open_window


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:  # noqa: F811
    """One Blender, in Korean."""
    window = open_window(BLENDER, folder, {"language": "ko_KR"}, folder / "environment")
    yield window
    end(window)


def test_an_asset_is_made_under_korean_labels(window):
    window.push("bpy.ops.dreamfusion.start(")
    window.leave()
    wait_for("asset", lambda: window.state["work"] is None and window.state["selected"] == ["a red mug"], PATIENCE)
    time.sleep(1)  # so that the picture shows everything drawn
    screenshot(ARTIFACTS / "korean-1-asset.png")


def test_an_error_is_shown_in_korean(window):
    window.fill("dreamfusion.prompt", "qwertz", lambda state: state["prompt"] == "qwertz")
    window.push("bpy.ops.dreamfusion.start(")
    wait_for("refusal", lambda: "knows no word" in (window.state["error"] or ""), PATIENCE)
    window.leave()
    time.sleep(1)  # so that the picture shows everything drawn
    screenshot(ARTIFACTS / "korean-2-refused.png")
    assert "Traceback" not in window.log.read_text(errors="replace")


def test_labels_tooltips_poll_messages_and_errors_are_korean(window, folder):  # noqa: F811
    # After the window has installed the extension there.
    variables = {**os.environ, "BLENDER_USER_RESOURCES": str(folder / "blender"), "DREAMFUSION_JOBS": str(folder)}
    command = [BLENDER, "-b", "--python", str(HERE / "speaking.py")]
    done = subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    (line,) = [each for each in done.stdout.splitlines() if each.startswith("SAID ")]
    said = json.loads(line.removeprefix("SAID "))
    assert (said["label"], said["panel"]) == ("생성", "품질")
    assert said["tooltip"].endswith("프롬프트를 3D 커서 위치의 메쉬로 만듭니다")
    assert "도중에 멈춘 작업이 없어" in said["poll"]
    assert "/nowhere" in said["error"] and "없습니다" in said["error"]
