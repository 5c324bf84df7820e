"""What the session's errands do, each in its thread: install or remove the backend, download a model. No bpy."""

from __future__ import annotations

from ..dreamfusion_blender import jobs, machine
from ..dreamfusion_blender.environment import Environment
from ..dreamfusion_blender.installing import Report, Stop
from ..dreamfusion_blender.models.downloading import download
from ..dreamfusion_blender.removing import remove_environment
from .errand import Work


def installing(environment: Environment, anew: bool) -> Work:
    """Make the backend's environment.  anew: also when it looks whole."""
    device = machine.usual_device()

    def work(report: Report, should_stop: Stop) -> None:
        jobs.shut_down()  # an idle backend would go on with files that are gone
        environment.install(report, device, should_stop, anew)

    return work


def removing(environment: Environment) -> Work:
    """Delete the backend's environment. It takes seconds, so it cannot be stopped half-way."""

    def work(report: Report, _should_stop: Stop) -> None:
        jobs.shut_down()
        remove_environment(environment, report)

    return work


def downloading(model: str, environment: Environment, allowed: bool) -> Work:
    """Fetch a model.  allowed: whether Blender may go online."""
    return lambda report, should_stop: download(model, environment, allowed, report, should_stop)
