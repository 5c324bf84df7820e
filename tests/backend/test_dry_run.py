"""What a dry run says of a job is what the job then takes."""

import pytest
from analytic import CPU

from backend.constraints.prepare import prepare
from backend.memory import preflight
from backend.memory.table import Measured, Table, asked_of, workload
from backend.optimize import Takes, make_objective, planned_calls
from backend.preflight import look_ahead
from backend.presets import load_preset
from backend.starting import preset_of
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import resolve
from dreamfusion_blender.origin import Origin
from dreamfusion_blender.store import JobFolder


def test_a_dry_run_s_forecast_names_memory_and_the_cap():
    event = look_ahead(JobSpec(prompt="a red mug", device="cpu", overrides={"memory.cap_gb": 6.0}))
    assert (event["type"], event["code"], event["basis"], event["cap_gb"]) == ("note", "preflight", "estimated", 6.0)
    assert 0.2 < event["memory_gb"] < 6


def calls_of(preset, views, entry=0.0, has_object=False):
    """How often a run with this preset asks a prior that draws layouts."""
    objectives = [make_objective(stage, preset, views, entry, has_object, True) for stage in preset.stages]
    return planned_calls(preset, objectives, Takes(preset.takes, preset.steps, has_object), views)


def counted(spec, preset, views):
    """The calls that a dry run counts for a job whose run has this preset."""
    Table().record(workload(preset, asked_of(spec), views, preflight.device_name(CPU)), Measured(10**9, 1.0, 0.0, 20))
    return look_ahead(spec)["seconds"]


def test_a_dry_run_counts_as_the_run_does_where_proportions_leave_out_the_layout(tmp_path):
    spec = JobSpec(prompt="a red mug", device="cpu", overrides={"constraints.ratio": "1:1:2"})
    views = resolve(spec.prior).family.views_for(spec.views)
    preset = prepare(JobFolder.create(spec, tmp_path), preset_of(spec, views)).preset
    assert counted(spec, preset, views) == calls_of(preset, views) != calls_of(preset_of(spec, views), views)


@pytest.mark.parametrize(("relation", "draws"), [("branch", True), ("restyle", False)])
def test_a_dry_run_counts_as_the_run_does_what_goes_on_from_another_s_field(relation, draws):
    spec = JobSpec(prompt="a red mug", device="cpu", origin=Origin("0abc12", relation, 0.9))
    views = resolve(spec.prior).family.views_for(spec.views)
    preset = load_preset(spec.preset)
    preset = preset.with_steps(round(0.9 * preset.steps)).with_overrides({"denoise_fit.layouts": draws})
    other = preset.with_overrides({"denoise_fit.layouts": not draws})
    calls, others = (calls_of(each, views, 0.1, True) for each in (preset, other))
    assert counted(spec, preset, views) == pytest.approx(calls)
    assert calls != others


def test_a_dry_run_counts_as_the_run_does_where_guides_leave_out_the_layout():
    spec = JobSpec(prompt="a red mug", device="cpu", inputs="0" * 64)
    views = resolve(spec.prior).family.views_for(spec.views)
    preset = load_preset(spec.preset).with_overrides({"denoise_fit.layouts": False})
    calls = calls_of(preset, views)
    assert counted(spec, preset, views) == calls != calls_of(load_preset(spec.preset), views)
