"""Jobs on a device that is not the CPU: nothing of them stays behind, and nothing expects to find it on the CPU."""

import dataclasses
import json
import math
import shutil

import pytest
import solids
import torch
from analytic import CPU, ignore
from engine_runs import SPEC, new_job, stop_after, work
from other_device import Elsewhere, other_device
from tiny_if import write_if
from tiny_mvdream import write_mvdream
from tiny_sd3 import write_sd3

import backend.run
import backend.session
from backend.priors import load_prior
from backend.run import Engine
from backend.starting import preset_of, start
from dreamfusion_blender.descent import branched, restyled
from dreamfusion_blender.errors import Cancelled
from dreamfusion_blender.inputs import Inputs, placement_around
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import PriorOptions, resolve
from dreamfusion_blender.store import JobFolder, fingerprint

QUICK = {
    "score.views": 1,
    "render.samples": 8,
    "render.occupancy_resolution": 8,
    "regularize.points": 50,
    "denoise_fit.rays": 64,
    "denoise_fit.steps_per_ring": 2,
    "denoise_fit.first_steps": 1,
    "denoise_fit.ddim_steps": 2,
    "denoise_fit.layout_draws": 2,
    "denoise_fit.layout_rings": 1,
}
PIPELINES = {"sd15": "StableDiffusionPipeline", "sdxl": "StableDiffusionXLPipeline"}
WRITERS = {
    "IFPipeline": write_if,
    "MVDreamPipeline": write_mvdream,
    "StableDiffusion3Pipeline": write_sd3,
}


def test_a_tensor_elsewhere_refuses_what_a_gpu_refuses():
    with other_device() as device:
        there = torch.ones(2, 3, device=device)
        for refused in (
            lambda: there + torch.ones(2, 3),
            lambda: torch.cat([there, torch.ones(2, 3)]),
            lambda: there.numpy(),
            lambda: torch.rand(2, device=device, generator=torch.Generator()),
            lambda: there.double(),
            lambda: torch.linalg.eigh(there[:, :2]),
        ):
            with pytest.raises((RuntimeError, TypeError)):
                refused()
        assert (there + torch.tensor(1.0)).tolist() == [[2.0] * 3] * 2  # single numbers may come from anywhere


@pytest.fixture
def elsewhere(monkeypatch):
    """Jobs of this process run on the other device; the field on disk is coarse."""
    monkeypatch.setattr(backend.session, "FIELD_RESOLUTION", 24)
    with other_device() as device:
        monkeypatch.setattr(backend.run, "choose_device", lambda _: device)
        yield device


@pytest.fixture(scope="module")
def engine():
    """Keeps its prior between jobs."""
    return Engine()


def job(**changes):
    overrides = {**QUICK, **changes.pop("overrides", {})}
    return new_job(**{"steps": 4, **changes, "overrides": overrides})


def finished(folder, engine):
    return work(folder, engine=engine)[-1]["type"] == "finished"


@pytest.mark.filterwarnings("ignore:.*copying from a non-meta parameter")  # which torch takes the other device for
def test_a_job_a_branch_and_a_restyling(elsewhere, engine):
    """With layouts, and stopped and taken up on the way."""
    parent = job()
    with pytest.raises(Cancelled):
        work(parent, stop_after(2), engine)
    assert finished(parent, engine)
    assert finished(JobFolder.create(branched(parent, prompt="a blue mug", steps=1)), engine)
    assert finished(JobFolder.create(restyled(parent, prompt="a blue ball", steps=1)), engine)


@pytest.mark.parametrize(
    "overrides",
    [
        {"scene.field": "hash"},
        {"scene.field": "triplane", "scene.renderer": "proposal", "stop.early": True},
        {"scene.field": "mlp", "scene.background": "network", "optimize.optimizer": "shampoo"},
        {"constraints.symmetry": "soft", "constraints.flat_base": True, "constraints.palette": "#ff0000 #202020"},
        {"constraints.symmetry": "exact", "constraints.ratio": "1:2:1", "memory.accumulate": 2},
    ],
)
def test_what_else_there_is_to_choose(overrides, elsewhere, engine):
    assert finished(job(preset="sds", views="single", overrides=overrides), engine)


def test_given_meshes(elsewhere, engine):
    start, may, must = (
        solids.given(*solids.box(sides)) for sides in ((1.0, 0.6, 0.4), (1.2, 0.9, 0.9), (0.5, 0.3, 0.2))
    )
    data = Inputs(placement_around([start, may, must]), start, may, must).to_bytes()
    spec = dataclasses.replace(SPEC, steps=4, overrides=QUICK, inputs=fingerprint(data))
    assert finished(JobFolder.create(spec, inputs=data), engine)


def test_a_seed_means_the_same_there():
    """In float32: a processor that multiplies in bfloat16 would do so, and no GPU rounds as it does."""
    spec = dataclasses.replace(SPEC, preset="sds", steps=3, overrides=QUICK, precision="float32")

    def losses(device):
        prior = load_prior(resolve("toybox"), 1, device, spec.prior_options)
        run = start(spec, preset_of(spec, 1), prior, device)
        return [run.step(ignore) for _ in range(3)]

    here = losses(CPU)
    with other_device() as device:
        assert losses(device) == pytest.approx(here, rel=1e-3)


@pytest.fixture
def a_model(tiny_models, tmp_path):
    """Folders of large priors in miniature, as they are installed."""

    def make(kind):
        name = PIPELINES.get(kind, kind)
        if kind in WRITERS:
            folder = WRITERS[kind](tmp_path / kind)
        else:
            folder = shutil.copytree(getattr(tiny_models, kind), tmp_path / kind)
        (folder / "model_index.json").write_text(json.dumps({"_class_name": name}))
        return folder

    return make


@pytest.mark.parametrize("kind", [*PIPELINES, *WRITERS])
def test_large_priors(kind, a_model, tiny_models):
    """Miniatures, loaded as real ones are, for a few steps."""
    source = resolve(str(a_model(kind)))
    views = source.family.views_for("auto")
    options = PriorOptions(
        fast_encoder=str(tiny_models.taesd) if kind == "sd15" else "",
        picture_size=32 if kind == "StableDiffusion3Pipeline" else None,  # all that the miniature can see
    )
    with other_device() as device:
        prior = load_prior(source, views, device, options)
        spec = JobSpec(prompt="a red mug", negative_prompt="dark", steps=3, overrides=QUICK)
        run = start(spec, preset_of(spec, views), prior, device)
        assert all(isinstance(each, Elsewhere) for each in run.scene.field.state_dict().values())
        assert all(math.isfinite(run.step(ignore)) for _ in range(3))
