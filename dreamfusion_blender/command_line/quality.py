"""The quality report of a job's asset, printed."""

from __future__ import annotations

import argparse
import os

from .. import jobs
from ..quality import SCORER_VARIABLE, findings_of
from ..store import JobFolder
from .output import Output
from .ready import ready_environment


def quality(options: argparse.Namespace, output: Output) -> None:
    """Say how a job's asset came out; with --scorer, ask a CLIP model first what the views show."""
    job = JobFolder.open(options.job)
    if scorer := options.scorer or os.environ.get(SCORER_VARIABLE):
        jobs.score_views(job, scorer, output.event, ready_environment(options, output, "auto"))
    output.findings(findings_of(job))
