"""The command that starts from a mesh file."""

from __future__ import annotations

import argparse
from dataclasses import replace

from .. import jobs
from ..batch import spec_of
from ..given_files import read_files
from ..store import JobFolder, fingerprint
from .delivery import Delivery
from .making import settings_of
from .output import Output
from .ready import download_models, is_online, missing_models, ready_environment


def refine(options: argparse.Namespace, output: Output) -> None:
    """Refine a mesh file by a prompt; without --size it keeps its size."""
    settings = {name: value for name, value in settings_of(options).items() if name != "size" or value is not None}
    spec = spec_of({**settings, "prompt": options.prompt})
    delivery = Delivery.to(options.out, spec.prompt)
    missing = missing_models(spec.models, is_online(options))
    environment = ready_environment(options, output, spec.device)
    download_models(missing, environment, output)
    inputs, size = read_files({"start": options.file}, environment)
    spec = replace(spec, inputs=fingerprint(inputs), size=size if options.size is None else options.size)
    jobs.check(spec)
    job = JobFolder.create(spec, inputs=inputs)
    jobs.run_to_end(job, output.event, jobs.shared_backend(environment))
    delivery.deliver(job, output)
