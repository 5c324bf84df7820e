"""What a job will need, said before it starts: measured or estimated, under a cap, and cut up to fit."""

import dataclasses
import json
from types import SimpleNamespace

import pytest
import torch
from analytic import CPU, GaussianPrior, ignore, small_run
from engine_runs import new_job, work
from safetensors.torch import save_file
from test_optimize import PRESET, prior

from backend.memory import device, preflight, watch
from backend.memory.device import Peak, free_bytes, taken_bytes
from backend.memory.estimate import Plan, Work
from backend.memory.preflight import Forecast, forecast, planned
from backend.memory.remedies import what_would_fit
from backend.memory.table import Measured, Table, asked_of, workload
from backend.preflight import toybox_bytes, weight_bytes
from backend.presets import load_preset
from backend.priors.toybox import FOLDER
from backend.timing import TimeLeft
from dreamfusion_blender.errors import OutOfMemory, OutputUnwritable
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import PriorOptions, Source
from dreamfusion_blender.models.families import FAMILIES
from dreamfusion_blender.origin import Origin

FAST = load_preset("fast")

GPU = torch.device("cuda")  # only its name is asked for

SD = "stable_diffusion"

WORK = Work(FAST, SD, 1, GPU, precision="bfloat16")


def test_what_is_free_is_less_with_more_taken():
    before, taken = free_bytes(CPU), taken_bytes(CPU)
    assert before is not None and taken is not None
    assert 0 < taken < 50e9
    peak = Peak(CPU)
    block = torch.ones(50_000_000)  # 200 MB
    assert taken_bytes(CPU) > taken + 150e6
    del block
    found = peak.bytes()
    assert found is not None and found > taken + 150e6


def test_an_estimate_grows_with_what_a_step_shows_and_shrinks_with_its_parts():
    def estimate(preset=FAST, accumulate=1, points=None):
        return dataclasses.replace(WORK, preset=preset).step_bytes(Plan(accumulate, points))

    whole = estimate()
    assert 4 * 1.69e9 < whole < 20e9  # four views through the autoencoder, at least
    assert estimate(accumulate=2) < 0.65 * whole
    assert estimate(accumulate=4) < estimate(accumulate=2)
    assert estimate(points=10_000) < whole
    assert estimate(FAST.with_overrides({"score.views": 8})) > 1.5 * whole
    assert estimate(FAST.with_overrides({"growth.resolution_end": 4.0})) > whole
    for changes in ({"device": CPU, "precision": "auto"}, {"precision": "float32"}, {"picture_size": 1024}):
        assert dataclasses.replace(WORK, **changes).step_bytes(Plan(1, None)) > 1.5 * whole, changes
    assert dataclasses.replace(WORK, device=CPU).step_bytes(Plan(1, None)) == whole  # half there, too


def test_an_autoencoder_that_is_not_half_is_estimated_as_what_it_is():
    """MPS has no bfloat16, and float16 is not for autoencoders."""
    half, usual, single = (
        dataclasses.replace(WORK, device=torch.device("mps"), precision=precision).step_bytes(Plan(1, None))
        for precision in ("bfloat16", "auto", "float32")
    )
    assert usual - half == pytest.approx(4 * 1.69e9)  # four views
    assert single - usual == pytest.approx(4 * 2 * 150e6)


def test_the_machines_cap_holds_for_jobs_without_one_of_their_own(monkeypatch):
    def cap(**memory):
        preset = FAST.with_overrides({f"memory.{name}": value for name, value in memory.items()})
        return forecast(Work(preset, SD, 1, CPU), "sd", 10, 10, Plan(1, None)).cap

    monkeypatch.setenv("DREAMFUSION_MEMORY_GB", "3.5")
    assert cap() == 3.5e9 and cap(cap_gb=2.0) == 2e9
    monkeypatch.setenv("DREAMFUSION_MEMORY_GB", "0")
    free = free_bytes(CPU)
    assert free is not None and cap() == pytest.approx(free, rel=0.5)


@pytest.mark.parametrize("prefix", ["", "total_"])
def test_files_that_a_container_has_read_are_no_memory_that_is_taken(monkeypatch, tmp_path, prefix):
    limit, usage = tmp_path / "memory.max", tmp_path / "memory.current"
    limit.write_text("8000000\n")
    usage.write_text("7900000\n")
    other = "" if not prefix else "inactive_file 1\nactive_file 1\n"
    (tmp_path / "memory.stat").write_text(
        f"anon 400000\n{other}{prefix}inactive_file 4000000\n{prefix}active_file 900000\n"
    )
    monkeypatch.setattr(device, "_CGROUPS", ((str(tmp_path / "none"), str(usage)), (str(limit), str(usage))))
    assert free_bytes(CPU) == 8_000_000 - (7_900_000 - 4_900_000)


def test_like_jobs_share_their_measurements_and_others_do_not():
    name = workload(FAST, "sd", 1, "a GPU")
    assert workload(FAST.with_steps(7), "sd", 1, "a GPU") == name
    assert workload(FAST.with_overrides({"memory.cap_gb": 4.0, "stop.early": True}), "sd", 1, "a GPU") == name
    others = [
        workload(FAST.with_overrides({"score.views": 5}), "sd", 1, "a GPU"),
        workload(FAST, "sd {'loras': 1}", 1, "a GPU"),
        workload(FAST, "sd", 1, "another"),
    ]
    assert len({name, *others}) == 4


def test_a_table_keeps_what_it_is_given_and_survives_damage(measurements):
    table, entry = Table(), Measured(10**9, 0.5, 0.1, 20)
    assert table.find("a") is None
    table.record("a", entry)
    table.record("b", dataclasses.replace(entry, peak=5))
    assert table.find("a") == entry
    measurements.write_text('{"a": {"peak": 1, "of": "another version"}, "b"')
    assert table.find("a") is None
    table.record("c", entry)
    assert list(json.loads(measurements.read_text())) == ["c"]


def test_a_table_that_cannot_be_written_says_so_in_words(tmp_path):
    """And so spoils no job: what was raised instead would hide that it was cancelled."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputUnwritable, match=r"file.measurements\.json"):
        Table(tmp_path / "file" / "measurements.json").record("a", Measured(10**9, 0.5, 0.1, 20))


def cast(need, cap, basis="measured", loaded=1e9):
    return Forecast(need, loaded, cap, 60.0, basis)


def test_what_fits_is_left_alone():
    plan = Plan(1, 4_000_000)
    assert planned(cast(3e9, 4e9), WORK, plan) == (plan, None)
    assert planned(cast(3e9, None), WORK, plan) == (plan, None)


def test_views_that_only_come_later_can_be_cut_up_as_well():
    growing = FAST.with_overrides({"score.views": 4, "growth.views_start": 0.25, "growth.views_end": 1.0})
    plan, _ = planned(cast(12e9, 5e9), dataclasses.replace(WORK, preset=growing), Plan(1, None))
    assert plan.accumulate > 1


@pytest.mark.parametrize("basis", ["measured", "estimated"])
def test_what_does_not_fit_is_cut_up_until_it_does(basis):
    plan, words = planned(cast(12e9, 5e9, basis), WORK, Plan(1, 4_000_000))
    assert plan.accumulate in (2, 4)
    assert words is not None
    assert f"--set memory.accumulate={plan.accumulate}" in words
    assert "12.0 GB of 5.0 GB" in words


def test_what_cannot_fit_is_refused_when_measured_and_only_warned_of_when_estimated():
    with pytest.raises(OutOfMemory, match="however its steps are cut up") as caught:
        planned(cast(12e9, 0.9e9), WORK, Plan(1, 4_000_000))
    assert caught.value.remedy == what_would_fit(WORK, Plan(4, 4096), -1.0)  # what is loaded already fills the memory
    plan, words = planned(cast(12e9, 0.9e9, "estimated"), WORK, Plan(1, 4_000_000))
    assert plan.accumulate == 4
    assert words is not None
    assert "may not fit" in words and "another prior, or more memory" in words


def test_the_first_job_is_estimated_and_the_next_like_it_is_known(ball_prior, measurements):
    first, second = work(new_job(steps=8)), work(new_job(steps=8, seed=3))
    before, after = (events.of("note")[0] for events in (first, second))
    assert (before["basis"], before["seconds"]) == ("estimated", None)
    assert "an estimate" in before["message"]
    assert after["basis"] == "measured"
    assert after["seconds"] > 0
    assert 0.1 < after["memory_gb"] < 20
    assert "measured here before" in after["message"]
    (entry,) = json.loads(measurements.read_text()).values()
    assert entry["steps"] == 8


def test_a_job_over_its_cap_is_cut_up_or_refused(ball_prior):
    overrides = {**new_job().spec.overrides, "memory.cap_gb": 0.01}
    (warning,) = [
        each for each in work(new_job(steps=4, overrides=overrides)).of("warning") if each["code"] == "memory"
    ]
    assert "may not fit" in warning["message"]
    work(new_job(steps=4))
    with pytest.raises(OutOfMemory, match=r"of 0\.0 GB"):
        work(new_job(steps=4, overrides=overrides))


def test_a_stable_diffusion_is_counted_with_the_pictures_it_was_trained_on(tmp_path):
    """Those of version 2.1 are of 768 pixels, unless the job asks for others."""
    source = Source("mine", next(each for each in FAMILIES if each.name == SD), tmp_path)
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "config.json").write_text('{"sample_size": 96}')
    assert Work.of(FAST, source, 1, GPU, PriorOptions()).picture_size == 768
    assert Work.of(FAST, source, 1, GPU, PriorOptions(picture_size=512)).picture_size == 512
    file = dataclasses.replace(source, path=tmp_path / "unet" / "config.json")
    assert Work.of(FAST, file, 1, GPU, PriorOptions()).picture_size is None


def test_a_run_s_plan_is_what_its_steps_are_cut_up_into(monkeypatch):
    run = small_run(FAST.with_steps(2).with_overrides({"memory.cap_gb": 5.0}), GaussianPrior(0.5, 0.1, views=1))
    monkeypatch.setattr(watch, "forecast", lambda *_: cast(12e9, 5e9))
    events = []
    watch.MemoryWatch(run, f"sd {PriorOptions()}", Work(run.preset, SD, 1, CPU)).begin(events.append)
    assert [event["code"] for event in events] == ["preflight", "memory"]
    assert run.limits.accumulate > 1
    assert run.scene.field.points_at_once < 4_194_304


@pytest.mark.parametrize("relation", ["continue", "branch", "restyle"])
def test_what_goes_on_from_another_s_field_is_no_measure_for_that(relation):
    spec = JobSpec(prompt="a red mug", device="cpu")
    child = dataclasses.replace(spec, origin=Origin("0abc12", relation, 0.5))
    Table().record(workload(FAST, asked_of(child), 4, "cpu"), Measured(10**9, 1.0, 1.0, 20))
    assert Table().find(workload(FAST, asked_of(spec), 4, "cpu")) is None
    sibling = dataclasses.replace(spec, origin=Origin("0abc12", "variation", 1.0))
    assert asked_of(sibling) == asked_of(spec)  # begun from nothing as well


def test_weights_are_counted_once_and_in_the_format_that_is_computed_in(tmp_path):
    """Whatever each part is stored in: both formats, halves alone, or whole numbers in several files."""
    stored = {
        "unet/diffusion_pytorch_model": (100, torch.float32),
        "unet/diffusion_pytorch_model.fp16": (100, torch.float16),
        "transformer/diffusion_pytorch_model-00001-of-00002": (30, torch.float32),
        "transformer/diffusion_pytorch_model-00002-of-00002": (20, torch.float32),
        "vae/diffusion_pytorch_model.fp16": (10, torch.float16),
        "text_encoder/model": (1000, torch.float32),  # loaded for a moment only
    }
    for name, (count, dtype) in stored.items():
        path = tmp_path / f"{name}.safetensors"
        path.parent.mkdir(exist_ok=True)
        save_file({"weight": torch.zeros(count, dtype=dtype)}, path)
    (tmp_path / "transformer" / "diffusion_pytorch_model.safetensors.index.json").write_text("{}")
    assert weight_bytes(tmp_path, GPU, "bfloat16") == weight_bytes(tmp_path, CPU, "bfloat16") == 2 * 160
    assert weight_bytes(tmp_path, CPU) == weight_bytes(tmp_path, GPU, "float32") == 4 * 160
    assert weight_bytes(tmp_path, torch.device("mps")) == 2 * 150 + 4 * 10
    assert weight_bytes(tmp_path / "unet" / "diffusion_pytorch_model.safetensors", GPU) == 2 * 100


def test_the_toybox_is_counted_as_it_is_kept():
    """24.3 million numbers, and 12.2 million more of what draws layouts, in float32 whatever is multiplied in."""
    without, whole = (toybox_bytes(FOLDER, layouts) for layouts in (False, True))
    assert without == pytest.approx(4 * 24.3e6, rel=0.01)
    assert whole - without == pytest.approx(4 * 12.2e6, rel=0.01)


def test_a_part_of_a_run_is_no_measure_of_the_whole():
    """Later steps may need more: their peak is kept where it is known, and only a whole run makes an entry."""
    preset = PRESET.with_steps(4)
    name = workload(preset, f"sd {PriorOptions()}", prior().views, preflight.device_name(CPU))

    def made(steps, peak):
        run = small_run(preset, prior())
        watching = watch.MemoryWatch(run, f"sd {PriorOptions()}", Work(run.preset, SD, 1, CPU))
        watching.peak = SimpleNamespace(bytes=lambda: peak)
        for _ in range(steps):
            run.step(ignore)
        watching.end(TimeLeft(run))
        found = Table().find(name)
        return None if found is None else found.peak

    assert [made(*each) for each in ((3, 7), (4, 9), (3, 5), (3, 11), (4, 6))] == [None, 9, 9, 11, 6]


def test_seconds_are_those_of_calls_and_steps(monkeypatch):
    monkeypatch.setattr(preflight, "free_bytes", lambda device: None)
    Table().record(workload(FAST, "sd", 1, preflight.device_name(CPU)), Measured(10**9, 0.5, 0.1, 20))
    found = forecast(Work(FAST, SD, 1, CPU), "sd", 4000, FAST.steps, Plan(1, None))
    assert found.seconds == pytest.approx(4000 * 0.5 + FAST.steps * 0.1)
    assert found.fits and found.cap is None
    assert "37 minutes" in found.words()
