"""A real Chromium without a window: opens a page from the disk, does something there, and says what came of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import pytest

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS: Final = 120
LISTENING: Final = "const wrong = []; addEventListener('error', (event) => wrong.push(event.message));"
TELLING: Final = """
const say = (value) => {
  const link = document.createElement("a");
  link.download = "said.json";
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ value, wrong })]));
  link.click();
};
"""


def chromium() -> str:
    """The program, or the test is skipped: nothing but these pages needs a browser. CI installs one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no Chromium on the path (looked for {', '.join(NAMES)})")
    return found


def drive(page: Path, script: str, folder: Path) -> Any:
    """Open a page as a file, run a script behind its own, and return what that gives to `say(value)`.

    Downloads go to `folder`; what is said is one, too. Errors of the page's scripts fail the test; so does a page that
    says nothing.
    """
    profile, said = folder / "profile", folder / "said.json"
    (profile / "Default").mkdir(parents=True, exist_ok=True)
    preferences = {
        "download": {"default_directory": str(folder), "prompt_for_download": False},
        "profile": {"default_content_setting_values": {"automatic_downloads": 1}},  # more than one without asking
    }
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences))
    content = page.read_text(encoding="utf-8").replace("<head>", f"<head><script>{LISTENING}</script>")
    driven = page.with_name(f"driven-{page.name}")
    driven.write_text(content.replace("</body>", f"<script>{TELLING}{script}</script></body>"), encoding="utf-8")
    said.unlink(missing_ok=True)
    command = [chromium(), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    with open(folder / "chromium.log", "wb") as log:
        browser = subprocess.Popen([*command, driven.as_uri()], stdout=log, stderr=log, start_new_session=True)
    try:
        told = json.loads(_content(said, folder / "chromium.log"))
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()
    assert told["wrong"] == []
    return told["value"]


def _content(path: Path, log: Path) -> str:
    """Of a download, which gets its name when it is whole."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if path.is_file() and (content := path.read_text(encoding="utf-8")):
            return content
        time.sleep(0.05)
    raise AssertionError(f"the page said nothing; Chromium: {log.read_text(errors='replace')[-2000:]}")
