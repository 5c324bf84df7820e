"""The command line as a process: what it writes, says and ends with. The engine is the fake one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from printed import lines, names

from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.store import list_jobs


def test_generate_writes_the_asset_its_turntable_and_says_where(run_cli, tmp_path):
    done = run_cli("generate", "a snowman with green hat", "--seed", "7", "--triangles", "500")
    assert done.returncode == 0, done.stderr
    assert names(tmp_path / "here") == ["a-snowman-with-green-hat-turntable.png", "a-snowman-with-green-hat.glb"]
    (job,) = list_jobs()
    assert (job.status, job.spec.seed, job.spec.triangles) == ("finished", 7, 500)
    for said in ("a-snowman-with-green-hat.glb", "turntable.png", str(job.path), "Optimizing"):
        assert said in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["cp1251", "cp437", "ascii"])
def test_a_code_page_without_the_prompt_s_letters_loses_no_asset(run_cli, tmp_path, encoding):
    done = run_cli("generate", "a red mug 빨간 컵 ×", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert [name for name in names(tmp_path / "here") if name.endswith(".glb")]
    assert "\\xd7" in done.stdout + done.stderr or "\\ube68" in done.stdout + done.stderr


def test_nobody_need_listen():
    """As services and Windows' pythonw start programs: without any standard output."""
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", sys.executable, "-m", "dreamfusion_blender", "jobs"]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == 0


def test_a_name_we_chose_replaces_nothing_and_a_given_one_does(run_cli, tmp_path):
    here = tmp_path / "here"
    (here / "a-red-mug.glb").write_text("my own")
    (here / "given.glb").write_text("old")
    assert run_cli("generate", "a red mug").returncode == 0
    assert run_cli("generate", "a red mug", "--out", "given.glb").returncode == 0
    assert (here / "a-red-mug.glb").read_text() == "my own"
    assert (here / "a-red-mug-2.glb").read_text() == (here / "given.glb").read_text() == "glTF of a red mug"


def test_a_name_of_our_own_choice_replaces_no_picture_either(run_cli, tmp_path):
    picture = tmp_path / "here" / "a-red-mug-turntable.png"
    picture.write_text("somebody's")
    assert run_cli("generate", "a red mug").returncode == 0
    assert picture.read_text() == "somebody's" and (tmp_path / "here" / "a-red-mug-2.glb").is_file()


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
    first = run_cli("batch", "table.csv", "--out-dir", "out")
    assert first.returncode == 60 and "row 3 ('qwerty')" in first.stderr
    delivered = names(here / "out")
    assert len([name for name in delivered if name.endswith(".glb")]) == 2
    second = run_cli("batch", "table.csv", "--out-dir", "out")
    assert second.returncode == 60 and second.stdout.count("is done already") == 2
    assert names(here / "out") == delivered and len(list_jobs()) == 2


def test_a_batch_into_a_file_is_refused_before_anything_starts(run_cli, tmp_path):
    here = tmp_path / "here"
    (here / "table.csv").write_text("prompt\na red mug\n")
    done = run_cli("batch", "table.csv", "--out-dir", "table.csv/out")
    assert done.returncode == 40 and "Cannot write table.csv/out" in done.stderr
    assert not list_jobs()


@pytest.mark.parametrize(("table", "code"), [("nowhere.csv", 2), ("empty.csv", 2), ("table.doc", 2)])
def test_a_bad_table_is_refused(run_cli, tmp_path, table, code):
    (tmp_path / "here" / "empty.csv").write_text("")
    (tmp_path / "here" / "table.doc").write_text("prompt\na car\n")
    assert run_cli("batch", table).returncode == code
