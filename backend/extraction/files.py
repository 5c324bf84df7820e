"""A job's asset as files in its folder, and what the asset says of its origin."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from PIL import Image

from backend import glb
from backend.extraction.asset import ExtractSettings, OnStage, extract
from backend.meshing.flat_base import base_limit_of
from backend.rendering.turntable import contact_sheet, sheet_cell
from backend.two_faced import two_faced
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.files import atomic_write, replacing
from dreamfusion_blender.inputs import Inputs
from dreamfusion_blender.quality import QUALITY_VERSION
from dreamfusion_blender.store import JobFolder

NAMED_SETTINGS: Final = ("version", "prompt", "negative_prompt", "seed", "preset", "prior", "origin")
"""What of its job's spec an asset says in entries of their own; the rest stands in one table."""
THUMBNAIL_VIEW: Final = (0, 0)  # row and column of the turntable: coloured, from the front


def extract_job(
    job: JobFolder, on_stage: OnStage = lambda label: None, cut: CutSettings | None = None
) -> dict[str, Any]:
    """Make a job's asset from its field and write its files, each whole or not at all; returns the report."""
    cut = (cut or CutSettings()).resolved(job.spec)
    spec = replace(job.spec, **cut.of_spec())
    inputs = Inputs.load(job.inputs, spec.inputs) if spec.inputs else None
    settings = ExtractSettings.of(cut, base_limit_of(job), is_given=inputs is not None and inputs.start is not None)
    placement = None if inputs is None else inputs.placement
    made = extract(job.field, spec, settings, on_stage=on_stage, placement=placement)
    provenance = {**provenance_of(job), "cut": cut.to_json(), "found_level": made.report["found_level"]}
    asset = replace(made.asset, provenance=provenance)
    on_stage("Writing the files")
    asset.save(job.path)
    stored = glb.encode(asset)
    atomic_write(job.glb, stored)
    # Drawn from the GLB as written, so that the picture shows what another program will load.
    model = glb.decode(stored)
    sheet = contact_sheet(model)
    with replacing(job.turntable) as temporary:
        Image.fromarray(sheet).save(temporary)
    with replacing(job.thumbnail) as temporary:
        Image.fromarray(sheet_cell(sheet, *THUMBNAIL_VIEW)).save(temporary)
    on_stage("Looking at it from all sides")
    looks = {"prompt": spec.prompt, "two_faced": two_faced(model).to_json()}
    report = {**made.report, "cut": cut.to_json(), **looks}
    atomic_write(job.quality, json.dumps({"version": QUALITY_VERSION, **report}, indent=2) + "\n")
    return report


def provenance_of(job: JobFolder) -> dict[str, Any]:
    """What an asset says about its origin: the job, the job that one was made of and how, all settings, versions."""
    spec, origin = job.spec, job.spec.origin
    return {
        "prompt": spec.prompt,
        "negative_prompt": spec.negative_prompt,
        "seed": spec.seed,
        "preset": spec.preset,
        "prior": spec.prior,
        "job": job.id,
        "parent": None if origin is None else origin.job,
        "relation": None if origin is None else origin.relation,
        "strength": None if origin is None else origin.strength,
        "settings": {name: value for name, value in spec.to_json().items() if name not in NAMED_SETTINGS},
        "created": job.header["created"],
        "versions": job.header["versions"],
    }
