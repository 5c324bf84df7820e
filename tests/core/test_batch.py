"""Batches: tables read as they are written, failures contained, and nothing made twice."""

from __future__ import annotations

import _thread
import json
import os
import signal
from threading import Timer

import pytest

from dreamfusion_blender import jobs
from dreamfusion_blender.batch import Failure, find_earlier, run_rows, spec_of
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.errors import BackendMissing, BadSpec, Cancelled
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder, list_jobs
from dreamfusion_blender.tables import read_table


def table(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path)


def test_a_csv_row_becomes_a_spec_with_typed_settings(tmp_path):
    rows = table(
        tmp_path,
        "prompt,seed,size,sds.guidance_weight,sds.weighting,steps\n"
        '"a red mug, dslr photo",7,0.5,10,uniform,\n'
        "\n"
        "a car\n",
    )
    assert [spec_of(row) for row in rows] == [
        JobSpec(
            prompt="a red mug, dslr photo",
            seed=7,
            size=0.5,
            overrides={"sds.guidance_weight": 10, "sds.weighting": "uniform"},
        ),
        JobSpec(prompt="a car"),
    ]


def test_what_spreadsheets_write_is_read(tmp_path):
    """A byte order mark, semicolons with decimal commas, carriage returns, empty rows, TRUE in capitals."""
    rows = table(
        tmp_path,
        b"\xef\xbb\xbfprompt;seed;size;constraints.flat_base;sds.guidance_weight\r\n"
        b"a red mug;3;1,8;TRUE;7,5\r\n;;;;\r\na car, blue;;;false;\r\n",
    )
    assert [spec_of(row) for row in rows] == [
        JobSpec(
            prompt="a red mug",
            seed=3,
            size=1.8,
            overrides={"constraints.flat_base": True, "sds.guidance_weight": 7.5},
        ),
        JobSpec(prompt="a car, blue", overrides={"constraints.flat_base": False}),
    ]


def test_whole_numbers_may_have_a_point_and_no_more(tmp_path):
    """As programs write them in a column with empty cells."""
    good, half, word, endless = table(tmp_path, "prompt,seed,steps\na mug,3.0,\na mug,2.5,\na mug,few,\na mug,inf,\n")
    assert spec_of(good).seed == 3
    for row in (half, word, endless):
        assert isinstance(row, BadSpec) and "no whole number" in row.message
    (row,) = table(tmp_path, "prompt,size\na mug,large\n")
    assert isinstance(row, BadSpec) and "not a number" in row.message


def test_a_cell_of_overrides_that_is_no_json_is_told_what_it_must_be(tmp_path):
    (row,) = table(tmp_path, "prompt,overrides\na mug,sds.guidance_weight=12\n")
    assert isinstance(row, BadSpec) and "a table in JSON such as" in row.message


def test_a_mesh_may_lie_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    rows = table(tmp_path, "prompt,mesh\na mug,~/mug.obj\na mug,mug.obj\n")
    meshes = [row["mesh"] for row in rows if isinstance(row, dict)]
    assert meshes == [tmp_path / "home" / "mug.obj", tmp_path / "mug.obj"]


def test_null_is_an_empty_cell(tmp_path):
    line = '{"prompt": "a car", "seed": null, "overrides": null, "sds.weighting": "uniform"}'
    rows = table(tmp_path, line, "t.jsonl")
    assert [spec_of(row) for row in rows] == [JobSpec(prompt="a car", overrides={"sds.weighting": "uniform"})]
    with pytest.raises(BadSpec, match="overrides is 7"):
        spec_of({"prompt": "a car", "overrides": 7, "sds.weighting": "uniform"})


def test_json_lines(tmp_path):
    rows = table(tmp_path, '"a car"\n\n{"prompt": "a red mug", "seed": 3}\n{"prompt": \n7\n', "table.jsonl")
    assert [spec_of(row) for row in rows[:2]] == [JobSpec(prompt="a car"), JobSpec(prompt="a red mug", seed=3)]
    for row in rows[2:]:
        with pytest.raises(BadSpec):
            spec_of(row)


def test_a_cell_of_several_lines_is_one_line(tmp_path):
    rows = table(tmp_path, 'prompt,seed\r\n"a red mug\r\nwith green hat",3\r\na car,4\r\n')
    assert [spec_of(row) for row in rows] == [
        JobSpec(prompt="a red mug with green hat", seed=3),
        JobSpec(prompt="a car", seed=4),
    ]


def test_json_s_own_line_separators_end_no_line(tmp_path):
    (row,) = table(tmp_path, '{"prompt": "a red mug\u2028with green hat"}\r\n', "table.jsonl")
    assert row == {"prompt": "a red mug\u2028with green hat"}


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ('prompt\na ball\n"a car' + "\na mug" * 40_000, "t.csv", "begins at line 3.*is a quote left open"),
        ("name,seed\nx,1\n", "t.csv", "no column 'prompt'"),
        ("", "t.csv", "no column 'prompt'"),
        ("prompt\n", "t.csv", "no rows"),
        ("prompt\na car\n", "t.xlsx", "must end in"),
        (b"prompt\n\xff\xfe\n", "t.csv", "Cannot read"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, text, name, words):
    with pytest.raises(BadSpec, match=words):
        table(tmp_path, text, name)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(BadSpec, match="Cannot read"):
        read_table(tmp_path / "nowhere.csv")


def test_no_table_is_told_apart_from_a_missing_one():
    with pytest.raises(BadSpec, match="No table is named"):
        read_table("")


def test_a_failed_row_does_not_stop_the_rest_and_says_why(backend, tmp_path):
    rows = table(tmp_path, "prompt,seed,trianlges\na car,x,\na car,-1,\na car,,5\nqwerty,,\na red mug,,\na,b,c,d\n")
    results = run_rows(rows, backend=backend)
    assert isinstance(results[4], JobFolder) and results[4].glb.is_file()
    failures = [result for result in results if isinstance(result, Failure)]
    assert [failure.index for failure in failures] == [0, 1, 2, 3, 5]
    for failure, words in zip(
        failures, ["no whole number", "-1", "triangles", "knows no word", "more cells"], strict=True
    ):
        assert words in failure.error.message


def test_a_backend_that_dies_fails_its_row_only(backend, monkeypatch):
    monkeypatch.setenv("FAKE_BACKEND", "killed")
    results = run_rows(["a car", "a fine mug"], backend=backend)
    assert isinstance(results[0], Failure) and results[0].error.code == "backend_crashed"
    assert isinstance(results[1], JobFolder)


def test_running_again_skips_what_is_done(backend):
    rows = ["a car", {"prompt": "a red mug", "seed": 2}, "a car"]
    first = run_rows(rows, backend=backend)
    states: list[str] = []
    second = run_rows(rows, on_row=lambda index, state, result: states.append(state), backend=backend)
    assert states == ["skipped"] * 3
    before, after = ([each.path for each in run if isinstance(each, JobFolder)] for run in (first, second))
    assert before == after and len(before) == 3
    assert before[0] == before[2]  # the same row twice is the same asset
    assert len(list_jobs()) == 2


def test_running_again_goes_on_with_what_was_interrupted(backend, monkeypatch):
    spec = JobSpec(prompt="a car")
    job = JobFolder.create(spec)
    job.checkpoint.write_text("3")
    resumed: list[bool] = []
    results = run_rows(
        [spec], on_event=lambda event: resumed.append(event["resumed"]) if "resumed" in event else None, backend=backend
    )
    assert resumed == [True]
    assert isinstance(results[0], JobFolder) and results[0].path == job.path


def test_a_damaged_checkpoint_is_not_tried_twice():
    spec = JobSpec(prompt="a car")
    job = JobFolder.create(spec)
    job.checkpoint.write_text("rubbish")
    assert find_earlier(spec, list_jobs()) is not None
    job.write_state("failed", error={"code": "checkpoint_damaged", "message": "", "remedy": None})
    assert find_earlier(spec, list_jobs()) is None


def test_without_a_backend_no_row_is_tried(tmp_path):
    from dreamfusion_blender.client import Backend

    with pytest.raises(BackendMissing):
        run_rows(["a car", "a mug"], backend=Backend(Environment(tmp_path / "nowhere")))


def test_a_cancel_ends_the_batch(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.2")

    def cancel_at_progress(event):
        if event["type"] == "progress":
            backend.cancel()

    with pytest.raises(Cancelled):
        run_rows(["a car", "a mug"], on_event=cancel_at_progress, backend=backend)
    assert len(list_jobs()) == 1


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_stop_while_a_mesh_is_made_keeps_that_and_ends_the_batch(backend, monkeypatch, by_hand):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.2")

    def stop(event):
        if event["type"] == "progress" and event["step"] == event["steps"]:  # nobody asks for a stop after this
            if by_hand:
                raise KeyboardInterrupt
            return "cancel"
        return None

    with pytest.raises(Cancelled, match="before row 2"):
        run_rows(["a car", "a mug"], on_event=stop, backend=backend)
    (job,) = list_jobs()
    assert job.spec.prompt == "a car" and job.is_whole


def test_a_failing_listener_stops_the_job_too(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.2")

    def fail(event):
        if event["type"] == "progress":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        jobs.run_to_end(JobSpec(prompt="a car"), fail, backend)
    assert backend.job is None and list_jobs()[0].status == "cancelled"


def test_who_does_not_wait_for_a_stop_may_begin_the_next_job(backend, monkeypatch):
    """Ctrl+C, and once more while the backend does not answer."""
    monkeypatch.setenv("FAKE_BACKEND", "stuck")

    def interrupt(event):
        if event["type"] == "progress" and event["step"] == 3:
            Timer(1.0, _thread.interrupt_main).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jobs.run_to_end(JobSpec(prompt="a car"), interrupt, backend)
    assert backend.job is None
    os.kill(json.loads((list_jobs()[0].path / "state.json").read_text())["pid"], signal.SIGKILL)
    monkeypatch.delenv("FAKE_BACKEND")
    assert jobs.run_to_end(JobSpec(prompt="a mug"), backend=backend).is_whole


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_listener_that_fails_on_the_last_event_is_heard(backend, error):
    """No other ending comes that one could wait for."""

    def fail(event):
        if event["type"] == "finished":
            raise error

    with pytest.raises(error):
        jobs.run_to_end(JobSpec(prompt="a car"), fail, backend)
    assert backend.job is None and list_jobs()[0].status == "finished"


def test_the_api_returns_assets_and_failures(fake_environment, monkeypatch):
    from dreamfusion_blender import Asset, DreamFusionError, generate, generate_batch

    monkeypatch.setenv("DREAMFUSION_ENV", str(fake_environment.folder))
    monkeypatch.setenv("FAKE_STARTS", str(fake_environment.folder / "starts"))
    jobs.shut_down()
    events: list[str] = []
    asset = generate("a red mug", seed=3, on_event=lambda event: events.append(event["type"]))
    assert isinstance(asset, Asset) and asset.provenance["seed"] == 3 and events[-1] == "finished"
    results = generate_batch(["a car", {"prompt": "qwerty"}, {"prompt": "a red mug", "seed": 3}])
    assert [type(result) for result in results] == [Asset, Failure, Asset]
    assert isinstance(results[2], Asset) and results[2].job_folder == asset.job_folder
    with pytest.raises(DreamFusionError, match="triangles"):
        generate("a red mug", trianlges=5)
    jobs.shut_down()
    assert (fake_environment.folder / "starts").read_text() == "started\n"  # one process served them all
