"""Inner settings on the command line: listed, and refused before anything is made."""

from __future__ import annotations

import json


def test_settings_are_listed_with_what_they_take(run_cli):
    done = run_cli("settings", "scene.")
    assert done.returncode == 0, done.stderr
    assert "scene.field\n    one of grid, mlp, triplane, hash; default grid." in done.stdout
    assert "sds." not in done.stdout
    names = [json.loads(line)["name"] for line in run_cli("settings", "--json").stdout.splitlines()]
    assert {"optimize.optimizer", "sds.perp_neg", "score.view_prompts", "mlp.blob"} <= set(names)


def test_a_wrong_one_is_refused_before_anything_is_made(run_cli, jobs_root):
    done = run_cli("generate", "a red mug", "--set", "scene.feild=hash")
    assert done.returncode == 2 and "did you mean 'field'" in done.stderr
    done = run_cli("generate", "a red mug", "--set", "scene.field=hush", "--dry-run")
    assert done.returncode == 2 and "one of grid, mlp, triplane, hash" in done.stderr
    assert not jobs_root.exists()
