"""The command line as a process: what it writes, says and ends with. The engine is the fake one."""

from __future__ import annotations

import json

import pytest

from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder, list_jobs


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_generate_writes_the_asset_its_turntable_and_says_where(run_cli, tmp_path):
    done = run_cli("generate", "a snowman with green hat", "--seed", "7", "--triangles", "500")
    assert done.returncode == 0, done.stderr
    assert names(tmp_path / "here") == ["a-snowman-with-green-hat-turntable.png", "a-snowman-with-green-hat.glb"]
    (job,) = list_jobs()
    assert (job.status, job.spec.seed, job.spec.triangles) == ("finished", 7, 500)
    for said in ("a-snowman-with-green-hat.glb", "turntable.png", str(job.path), "Optimizing"):
        assert said in done.stdout
    assert done.stderr == ""


def test_a_name_we_chose_replaces_nothing_and_a_given_one_does(run_cli, tmp_path):
    here = tmp_path / "here"
    (here / "a-red-mug.glb").write_text("my own")
    (here / "given.glb").write_text("old")
    assert run_cli("generate", "a red mug").returncode == 0
    assert run_cli("generate", "a red mug", "--out", "given.glb").returncode == 0
    assert (here / "a-red-mug.glb").read_text() == "my own"
    assert (here / "a-red-mug-2.glb").read_text() == (here / "given.glb").read_text() == "glTF of a red mug"


def test_several_prompts_share_one_backend(run_cli, tmp_path):
    (tmp_path / "here" / "more.txt").write_text("\ufeffa car\n\n  a yellow duck \n")
    starts = tmp_path / "starts"
    done = run_cli("generate", "a red mug", "--from", "more.txt", FAKE_STARTS=str(starts))
    assert done.returncode == 0, done.stderr
    assert [name for name in names(tmp_path / "here") if name.endswith(".glb")] == [
        "a-car.glb",
        "a-red-mug.glb",
        "a-yellow-duck.glb",
    ]
    assert starts.read_text() == "started\n"


def test_one_that_fails_does_not_stop_the_others(run_cli, tmp_path):
    done = run_cli("generate", "a car", "a fine mug", FAKE_BACKEND="empty")
    assert done.returncode == 60
    assert "1 of 2 failed" in done.stderr and "the field is empty" in done.stderr
    assert "a-fine-mug.glb" in names(tmp_path / "here")


def test_alone_it_ends_with_its_own_code(run_cli, tmp_path):
    done = run_cli("generate", "a car", FAKE_BACKEND="empty")
    assert done.returncode == 50
    assert done.stderr == "error: Nothing is left of the object: the field is empty\n"
    assert names(tmp_path / "here") == []


def test_every_line_of_json_is_json(run_cli):
    done = run_cli("generate", "a red mug", "--json")
    types = [event["type"] for event in lines(done.stdout)]
    assert [kind for kind in types if kind not in ("progress", "stage")] == [
        *("row", "hello", "started", "finished", "row", "delivered")
    ]
    assert done.stderr == ""


def test_a_dry_run_prints_the_job_and_does_nothing(run_cli, tmp_path, jobs_root):
    done = run_cli("generate", "a red kitten", "--dry-run", "--set", "sds.guidance_weight=10", "--size", "0.3")
    assert done.returncode == 0
    spec = JobSpec(prompt="a red kitten", size=0.3, overrides={"sds.guidance_weight": 10})
    assert json.loads(done.stdout) == spec.to_json()
    assert "warning" in done.stderr and "'kitten'" in done.stderr
    assert names(tmp_path / "here") == [] and not jobs_root.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "no prompt"),
        ([""], 2, "empty"),
        (["x" * 501], 2, "501 characters"),
        (["a red\x07mug"], 2, "control character"),
        (["a mug", "--seed", "-1"], 2, "seed"),
        (["a mug", "--seed", "99999999999999999999"], 2, "seed"),
        (["a mug", "--seed", "one"], 2, "invalid int"),
        (["a mug", "--steps", "0"], 2, "steps"),
        (["a mug", "--size", "-2"], 2, "size"),
        (["a mug", "--size", "nan"], 2, "size"),
        (["a mug", "--triangles", "1000000000"], 2, "triangles"),
        (["a mug", "--texture-size", "1"], 2, "texture_size"),
        (["a mug", "--device", "tpu"], 2, "device"),
        (["a mug", "--preset", "standrad"], 2, "did you mean 'standard'"),
        (["a mug", "--prior", "toybx"], 2, "did you mean 'toybox'"),
        (["a mug", "--set", "weight"], 2, "NAME=VALUE"),
        (["a mug", "--set", "weight=1"], 2, "dotted"),
        (["a mug", "--from", "nowhere.txt"], 2, "nowhere.txt"),
        (["qwerty asdf"], 3, "It knows: airplane"),
        (["a mug", "--out", "mug.obj"], 2, ".glb or .blend"),
        (["a mug", "--out", "nowhere/mug.glb"], 40, "nowhere"),
        (["a mug", "--out", "folder.glb"], 40, "folder"),
        (["a mug", "a car", "--out", "both.glb"], 2, "several prompts"),
        (["a mug", "--out", "mug.blend"], 42, "Blender"),
        (["a mug", "--bogus"], 2, "--bogus"),
    ],
)
def test_bad_input_is_refused_before_anything_is_made(run_cli, tmp_path, jobs_root, arguments, code, words):
    (tmp_path / "here" / "folder.glb").mkdir()
    done = run_cli("generate", *arguments, DREAMFUSION_BLENDER="/nowhere/blender")
    assert done.returncode == code, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr
    assert names(tmp_path / "here") == ["folder.glb"] and not jobs_root.exists()


def test_a_full_disk_is_said_and_leaves_nothing_half_written(run_cli, tmp_path):
    done = run_cli("generate", "a red mug", "--json", FAKE_BACKEND="disk full")
    assert done.returncode == 41
    assert "No room left" in done.stderr
    assert names(tmp_path / "here") == []
    (job,) = list_jobs()
    assert job.status == "failed" and not any(path.suffix == ".glb" for path in job.path.iterdir())


def test_a_batch_delivers_skips_and_reports(run_cli, tmp_path):
    here = tmp_path / "here"
    (here / "table.csv").write_text("prompt,seed\na red mug,1\na red mug,2\nqwerty,\n")
    (here / "out").mkdir()
    first = run_cli("batch", "table.csv", "--out-dir", "out")
    assert first.returncode == 60 and "row 3 ('qwerty')" in first.stderr
    delivered = names(here / "out")
    assert len([name for name in delivered if name.endswith(".glb")]) == 2
    second = run_cli("batch", "table.csv", "--out-dir", "out")
    assert second.returncode == 60 and second.stdout.count("is done already") == 2
    assert names(here / "out") == delivered and len(list_jobs()) == 2


@pytest.mark.parametrize(("table", "code"), [("nowhere.csv", 2), ("empty.csv", 2), ("table.doc", 2)])
def test_a_bad_table_is_refused(run_cli, tmp_path, table, code):
    (tmp_path / "here" / "empty.csv").write_text("")
    (tmp_path / "here" / "table.doc").write_text("prompt\na car\n")
    assert run_cli("batch", table).returncode == code


def test_jobs_lists_them_and_warns_of_what_is_none(run_cli, jobs_root):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    (jobs_root / "holiday").mkdir()
    done = run_cli("jobs")
    assert job.name in done.stdout and "queued" in done.stdout
    assert "holiday is not a job folder" in done.stderr
    (listed,) = lines(run_cli("jobs", "--json").stdout)
    assert listed["job"] == str(job.path) and listed["status"] == "queued"


@pytest.mark.parametrize("command", ["resume", "export"])
def test_jobs_that_are_missing_foreign_truncated_or_newer_have_their_codes(run_cli, tmp_path, command):
    (tmp_path / "foreign").mkdir()
    damaged, newer = (JobFolder.create(JobSpec(prompt=prompt)) for prompt in ("a car", "a mug"))
    text = (damaged.path / "job.json").read_text()
    (damaged.path / "job.json").write_text(text[:50])
    (newer.path / "job.json").write_text(text.replace('"version": 1', '"version": 9'))
    cases = [("nowhere", 30), (str(tmp_path / "foreign"), 31), (damaged.name, 32), (newer.name, 33)]
    for job, code in cases:
        done = run_cli(command, job)
        assert done.returncode == code, (job, done.stderr)
        assert done.stderr.startswith("error: ") and "Traceback" not in done.stderr


def test_a_job_at_work_elsewhere_is_left_alone(run_cli):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    with job.lock():
        assert run_cli("resume", job.name).returncode == 34


def test_a_finished_job_is_delivered_again_without_work(run_cli, tmp_path):
    run_cli("generate", "a red mug", "--out", "first.glb")
    (job,) = list_jobs()
    done = run_cli("resume", job.name, "--out", "again.glb", FAKE_BACKEND="killed")
    assert done.returncode == 0 and "finished already" in done.stdout
    assert (tmp_path / "here" / "again.glb").exists()


def test_a_job_can_begin_again_keeping_its_old_checkpoint(run_cli):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    job.checkpoint.write_text("rubbish")
    assert run_cli("resume", job.name).returncode == 1  # the fake engine has no words for that
    done = run_cli("resume", job.name, "--restart")
    assert done.returncode == 0, done.stderr
    assert job.checkpoint.with_suffix(".old").read_text() == "rubbish"


def test_export_cuts_again_with_other_settings(run_cli, tmp_path):
    run_cli("generate", "a red mug")
    (job,) = list_jobs()
    assert run_cli("export", job.name).returncode == 30  # the fake engine leaves no field
    job.field.write_bytes(b"field")
    done = run_cli("export", job.name, "--triangles", "900", "--size", "0.5", "--out", "small.glb")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "small.glb").read_text() == "glTF with ['--size=0.5', '--triangles=900']"
    assert run_cli("export", job.name, "--triangles", "1").returncode == 2
    options = ("--threshold", "-0.02", "--resolution", "200", "--smoothing", "0", "--symmetry", "left")
    assert run_cli("export", job.name, *options, "--out", "other.glb").returncode == 0
    passed = "['--threshold=-0.02', '--resolution=200', '--smoothing=0', '--symmetry=left']"
    assert (tmp_path / "here" / "other.glb").read_text() == f"glTF with {passed}"
    refused = run_cli("export", job.name, "--resolution", "1000")
    assert refused.returncode == 2 and "from 16 to 384" in refused.stderr


def test_blend_files_are_written_by_the_blender_that_is_named(run_cli, tmp_path):
    blender = tmp_path / "blender"
    blender.write_text(
        '#!/bin/sh\nfor last; do :; done\n[ "$1" = --version ] && echo "Blender $FAKE_VERSION" && exit 0\n'
        '[ -n "$FAKE_FAILS" ] && echo "no such scene" && exit 3\necho BLENDER-v500 > "$last"\n'
    )
    blender.chmod(0o755)
    common = {"DREAMFUSION_BLENDER": str(blender), "FAKE_VERSION": "5.0.1"}
    done = run_cli("generate", "a red mug", "--out", "mug.blend", **common)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "mug.blend").read_text() == "BLENDER-v500\n"
    old = run_cli("generate", "a red mug", "--out", "old.blend", **{**common, "FAKE_VERSION": "3.4.1"})
    assert old.returncode == 42 and "is 3.4" in old.stderr
    failed = run_cli("generate", "a red mug", "--out", "failed.blend", FAKE_FAILS="1", **common)
    assert failed.returncode == 40 and "no such scene" in failed.stderr
    assert names(tmp_path / "here") == ["mug-turntable.png", "mug.blend"]


def test_without_a_python_for_the_backend_it_says_so(run_cli, tmp_path):
    done = run_cli("generate", "a red mug", DREAMFUSION_ENV=str(tmp_path / "new"), DREAMFUSION_PYTHON="/nowhere/python")
    assert done.returncode == 11
    assert "3.10, 3.11 or 3.12" in done.stderr and "what helps" in done.stderr


def test_doctor_says_what_is_missing(run_cli, tmp_path):
    done = run_cli("doctor", DREAMFUSION_ENV=str(tmp_path / "new"), DREAMFUSION_BLENDER="/nowhere/blender")
    assert done.returncode == 10
    assert "MISSING  backend" in done.stdout and "doctor --install" in done.stdout
    assert "missing  Blender" in done.stdout


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("", 0, "a red mug: about 1.2 GB"),
        ("too large", 23, "needs 9 GB of 4 GB"),
        ("crash", 20, "no module named torch"),
    ],
)
def test_a_dry_run_says_what_the_job_would_need(run_cli, mode, code, words):
    done = run_cli("generate", "a red mug", "--dry-run", FAKE_PREFLIGHT=mode)
    assert done.returncode == code
    assert words in done.stderr
    assert json.loads(done.stdout)["prompt"] == "a red mug"


def test_a_dry_run_without_the_backend_says_that_nobody_can_tell(run_cli, tmp_path):
    done = run_cli("generate", "a red mug", "--dry-run", "--env", str(tmp_path / "nowhere"))
    assert done.returncode == 0
    assert "not known before the backend is installed" in done.stderr
