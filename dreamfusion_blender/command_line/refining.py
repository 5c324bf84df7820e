"""The command that starts from a mesh file."""

from __future__ import annotations

import argparse

from .. import jobs
from ..batch import spec_and_inputs, spec_of
from .delivery import Delivery
from .making import settings_of
from .output import Output
from .ready import download_models, is_online, missing_models, ready_environment


def refine(options: argparse.Namespace, output: Output) -> None:
    """Refine a mesh file by a prompt; without --size it keeps its size."""
    settings = {name: value for name, value in settings_of(options).items() if name != "size" or value is not None}
    row = {**settings, "prompt": options.prompt}
    spec = spec_of(row)
    delivery = Delivery.to(options.out, spec.prompt)
    missing = missing_models(spec.models, is_online(options))
    environment = ready_environment(options, output, spec.device)
    download_models(missing, environment, output)
    meshes = {"mesh": options.file, "may": options.may, "must": options.must}
    spec, inputs = spec_and_inputs({**row, **meshes}, environment)
    backend = jobs.shared_backend(environment)
    job = jobs.run_to_end(jobs.create(spec, backend, inputs=inputs), output.event, backend)
    delivery.deliver(job, output)
