"""The commands that make files: generate, batch, resume, finish, export."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from .. import jobs
from ..batch import Failure, run_rows, spec_of
from ..cut import CutSettings
from ..environment import Environment
from ..errors import BadSpec
from ..inner_settings import check_overrides
from ..job import JobSpec
from ..setting_values import read_value
from ..store import JobFolder
from ..tables import read_table
from ..vocabulary import read_prompt
from .delivery import Delivery, make_folder
from .foresight import look_ahead
from .output import Output
from .ready import download_models, is_online, missing_models, ready_environment
from .reporting import Reporter, raise_if_any


def generate(options: argparse.Namespace, output: Output) -> None:
    """Make an asset from each prompt."""
    settings = settings_of(options)
    specs = [spec_of({**settings, "prompt": prompt}) for prompt in _prompts(options)]
    if options.out and len(specs) > 1:
        raise BadSpec("--out names one file, and there are several prompts: leave it out")
    check_overrides(settings["overrides"])
    for spec in specs:
        words = read_prompt(spec.prompt, spec.prior)
        if options.dry_run and (warning := words.warning()):
            output.warn(warning)  # otherwise the backend says it
    if options.dry_run:
        for spec in specs:
            output.data({"type": "job", "spec": spec.to_json()})
            output.say(json.dumps(spec.to_json(), indent=2, ensure_ascii=False))
            look_ahead(spec, Environment(options.env), output)
        return
    deliveries = [Delivery.to(options.out, spec.prompt) for spec in specs]
    missing = missing_models([name for spec in specs for name in spec.models], is_online(options))
    if not missing:
        for spec in specs:
            jobs.check(spec)
    environment = ready_environment(options, output, specs[0].device)
    download_models(missing, environment, output)
    report = Reporter(output, len(specs), lambda index, job: deliveries[index].deliver(job, output))
    results = run_rows(specs, output.event, report, jobs.shared_backend(environment), reuse=False)
    failed = [each for each in results if isinstance(each, Failure)]
    if failed and len(specs) == 1:
        raise failed[0].error
    raise_if_any(failed, len(specs))


def batch(options: argparse.Namespace, output: Output) -> None:
    """Make an asset from each row of a table, skipping what is done."""
    rows = read_table(options.table)
    folder = make_folder(Path(options.out_dir).expanduser())
    environment = ready_environment(options, output, "auto")

    def deliver(index: int, job: JobFolder) -> None:
        # By the job's name: rows may share prompt and seed. What an earlier run delivered is not touched.
        path = folder / f"{job.name}.glb"
        if not path.exists():
            Delivery(path).deliver(job, output)

    report = Reporter(output, len(rows), deliver)
    results = run_rows(rows, output.event, report, jobs.shared_backend(environment))
    raise_if_any([each for each in results if isinstance(each, Failure)], len(rows))


def resume(options: argparse.Namespace, output: Output) -> None:
    """Go on with a job from its checkpoint; a finished one is only delivered again."""
    job = JobFolder.open(options.job)
    delivery = Delivery.to(options.out, job.spec.prompt)
    if not options.restart and job.is_whole and job.glb.is_file():
        output.say(f"{job.name} is finished already")
        delivery.deliver(job, output)
        return
    environment = ready_environment(options, output, job.spec.device)
    if options.restart:  # not before there is what begins again
        with job.lock():
            job.set_checkpoint_aside()
    jobs.run_to_end(job, output.event, jobs.shared_backend(environment))
    delivery.deliver(job, output)


def finish(options: argparse.Namespace, output: Output) -> None:
    """Make the asset of what a stopped job has reached; one that has its asset is only delivered again."""
    job = JobFolder.open(options.job)
    delivery = Delivery.to(options.out, job.spec.prompt)
    if job.status != "finished" or not job.glb.is_file():
        environment = ready_environment(options, output, job.spec.device)
        jobs.run_to_end(job, output.event, jobs.shared_backend(environment), finish=True)
    delivery.deliver(job, output)


def export(options: argparse.Namespace, output: Output) -> None:
    """Cut the mesh of a job again, with other settings if asked."""
    job = JobFolder.open(options.job)
    given = {each.name: getattr(options, each.name) for each in fields(CutSettings)}
    cut = CutSettings.from_mapping({name: value for name, value in given.items() if value is not None})
    delivery = Delivery.to(options.out, job.spec.prompt)
    environment = ready_environment(options, output, job.spec.device)
    jobs.extract(job, output.event, environment, cut)
    delivery.deliver(job, output)


def _prompts(options: argparse.Namespace) -> list[str]:
    prompts = list(options.prompts)
    if options.prompt_file:
        try:
            lines = Path(options.prompt_file).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSpec(f"Cannot read the prompts in {options.prompt_file}: {error}") from error
        prompts += [line.strip() for line in lines if line.strip()]
    if not prompts:
        raise BadSpec("There is no prompt: say in a few words what to make, for example 'a red mug'")
    return prompts


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """The job spec's fields, without the prompt, as the options give them."""
    names = [each.name for each in fields(JobSpec) if each.name != "overrides"]
    settings = {name: getattr(options, name) for name in names if hasattr(options, name)}
    return {**settings, "overrides": dict(override(each) for each in options.overrides)}


def override(text: str) -> tuple[str, Any]:
    """A preset's inner setting from NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise BadSpec(f"--set takes NAME=VALUE, not {text!r}")
    return name.strip(), read_value(value)
