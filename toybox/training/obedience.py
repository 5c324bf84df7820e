"""How far a prior obeys the cameras it is told.

    python -m toybox.training.obedience --prior backend/priors/toybox          a folder as the backend loads it
    python -m toybox.training.obedience --run RUNS/first                       a training's last checkpoint, averaged

Two questions, over objects with a real front.

*Errors.* Views of a ring are noised and denoised together, told their own cameras, or wrong ones: turned by a quarter
or by half, left and right swapped, or all the first. By how much does the error of the clean prediction grow? It must
grow at high noise levels: there the pictures say little of which side is seen. At low levels they say it all, and
nothing has to grow.

*Sides.* Pictures are sampled from pure noise, and from four views of a ball at level 0.95, which is how a distillation
begins. Is each more like the told side of the very object (same caption) than like its other three? By chance 25 %.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor

from toybox.training.batch import tell_cameras, tell_plain_albedo
from toybox.training.blocks import RING
from toybox.training.commands import device_here, run
from toybox.training.conflict import balls
from toybox.training.model import Model
from toybox.training.pictures import Look, compose
from toybox.training.sampling import sample
from toybox.training.seeds import numpy_stream, torch_stream
from toybox.training.views import Views, World, look, training_cameras

__all__ = ["Rings", "camera_errors", "disobedience", "measure", "rings_of", "side_accuracy"]

LEVELS: Final = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
# Whose camera each of the four views is told.
WRONG: Final = {
    "quarter": (1, 2, 3, 0),
    "half": (2, 3, 0, 1),
    "swapped": (0, 3, 2, 1),
    "one": (0, 0, 0, 0),
}
BALL_LEVEL: Final = 0.95
ALIKE: Final = 0.004  # mean squared difference of two pictures in -1 … 1
ROUNDS: Final = 8  # how often as many toys as are wanted are looked at, to find those with a front


class Rings(NamedTuple):
    """G rings of four views.  clean: [4 G, C, R, R] in -1 … 1.  mask: [4 G, 1, R, R].  pose, fov: of their cameras."""

    clean: Tensor
    mask: Tensor
    pose: Tensor
    fov: Tensor
    captions: list[str]  # one a view


def rings_of(model: Model, world: World, count: int, seed: int, device: torch.device, anti_alias: int = 2) -> Rings:
    """Rings of toys with a front, as plain albedo over grey, which no light can give away.

    A front means here: of the four views no two are alike, so that each is of one side and of no other.
    """
    rng = numpy_stream("obedience", seed)
    found: list[Rings] = []
    for _ in range(ROUNDS):
        toys = world.toys(count, rng, None)
        cameras = training_cameras(count, 0, rng, device)
        views = look(world, toys, cameras, model.network.resolution, anti_alias)
        rings = plain_rings(views, with_normals=model.network.normals)
        found += [ring for ring in each_ring(rings) if sides_differ(ring.clean[:, :3])]
        if len(found) >= count:
            return join(found[:count])
    raise ValueError(f"Only {len(found)} of {ROUNDS * count} toys have four sides that differ; {count} are wanted")


def plain_rings(views: Views, with_normals: bool) -> Rings:
    """Views as pictures of albedo over grey."""
    albedo, mask, normal = (each.flatten(0, 1) for each in (views.albedo, views.mask, views.normal))
    ones = torch.ones(len(albedo), device=albedo.device)
    grey = torch.full((len(albedo), 3), 0.6, device=albedo.device)
    plain = Look(torch.zeros_like(grey), ones, 0 * ones, grey)
    clean = compose(albedo, mask, normal, plain) * 2 - 1
    if with_normals:
        clean = torch.cat([clean, normal], dim=1)
    captions = [toy.caption for toy in views.toys for _ in range(RING)]
    return Rings(clean, mask, views.cameras.pose, views.cameras.fov, captions)


def sides_differ(ring: Tensor) -> bool:
    """Whether no two of four pictures are alike.  ring: [4, 3, R, R]."""
    apart = (ring[:, None] - ring[None]).square().mean(dim=(2, 3, 4))
    return bool(apart[~torch.eye(RING, dtype=torch.bool, device=ring.device)].min() > ALIKE)


def each_ring(rings: Rings) -> list[Rings]:
    """One by one."""
    captions = [rings.captions[index : index + RING] for index in range(0, len(rings.captions), RING)]
    clean, mask, pose, fov = (each.split(RING) for each in (rings.clean, rings.mask, rings.pose, rings.fov))
    return [Rings(*of) for of in zip(clean, mask, pose, fov, captions, strict=True)]


def join(rings: list[Rings]) -> Rings:
    """Together again."""
    return Rings(
        torch.cat([ring.clean for ring in rings]),
        torch.cat([ring.mask for ring in rings]),
        torch.cat([ring.pose for ring in rings]),
        torch.cat([ring.fov for ring in rings]),
        [caption for ring in rings for caption in ring.captions],
    )


@torch.no_grad()
def camera_errors(model: Model, rings: Rings, levels: tuple[float, ...], seed: int) -> dict[str, dict[str, float]]:
    """Mean squared error of the clean prediction: level -> which cameras were told -> error."""
    device = rings.clean.device
    text = model.text(model.tokenise(rings.captions))
    found: dict[str, dict[str, float]] = {}
    for level in levels:
        step = model.noise.schedule.timestep(level)
        timesteps = torch.full((len(rings.clean),), step, device=device)
        noise = torch.randn(rings.clean.shape, generator=torch_stream(device, "errors", seed, step), device=device)
        noisy = model.noise.schedule.add_noise(rings.clean, noise, step)
        errors: dict[str, float] = {}
        for name, order in {"true": tuple(range(RING)), **WRONG}.items():
            index = (torch.arange(0, len(noisy), RING)[:, None] + torch.tensor(order)).flatten().to(device)
            told = torch.ones(len(noisy), dtype=torch.bool, device=device)
            matrices, rays = tell_cameras(rings.pose[index], rings.fov[index], told, model.network)
            labels = tell_plain_albedo(matrices, model.network)
            clean = model.clean(noisy, timesteps, text, labels, rays)
            errors[name] = (clean.clamp(-1, 1) - rings.clean).square().mean().item()
        found[f"{level:g}"] = errors
    return found


def disobedience(errors: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """By what share of itself the error grows with each kind of wrong cameras; 0 where nobody listens."""
    return {
        level: {name: error / of["true"] - 1 for name, error in of.items() if name != "true"}
        for level, of in errors.items()
    }


def side_accuracy(model: Model, rings: Rings, seed: int, steps: int, start_from_ball: bool) -> float:
    """Share of sampled views that are nearest to the told side of the ring's own object."""
    device = rings.clean.device
    start = None
    if start_from_ball:
        grouped = rings.clean.unflatten(0, (-1, RING)), rings.mask.unflatten(0, (-1, RING))
        start = balls(*grouped, torch.full((len(grouped[0]),), 0.6, device=device)).flatten(0, 1)
    made = sample(
        model,
        rings.captions,
        rings.pose,
        rings.fov,
        torch_stream(device, "sides", seed),
        start=start,
        level=BALL_LEVEL if start_from_ball else 1.0,
        steps=steps,
    )
    # Each picture's own mean colour says nothing of the side.
    made, true = (each - each.mean(dim=(2, 3), keepdim=True) for each in (made, rings.clean))
    distance = (made.unflatten(0, (-1, RING))[:, :, None] - true.unflatten(0, (-1, RING))[:, None]).square()
    nearest = distance.mean(dim=(3, 4, 5)).argmin(dim=2)
    return (nearest == torch.arange(RING, device=device)).float().mean().item()


def measure(model: Model, world: World, count: int, seed: int, device: torch.device, steps: int = 25) -> dict[str, Any]:
    """Everything, as plain values.  count: rings.  steps: of sampling."""
    rings = rings_of(model, world, count, seed, device)
    errors = camera_errors(model, rings, LEVELS, seed)
    return {
        "rings": count,
        "errors": errors,
        "growth": disobedience(errors),
        "sides_from_noise": side_accuracy(model, rings, seed, steps, start_from_ball=False),
        "sides_from_ball": side_accuracy(model, rings, seed, steps, start_from_ball=True),
    }


def table(found: dict[str, Any]) -> str:
    """For people."""
    kinds = list(WRONG)
    lines = ["| level | error | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 2) + "|"]
    for level, growth in found["growth"].items():
        shares = " | ".join(f"{100 * growth[kind]:+.1f} %" for kind in kinds)
        lines.append(f"| {level} | {found['errors'][level]['true']:.4f} | {shares} |")
    from_noise, from_ball = (100 * found[f"sides_from_{name}"] for name in ("noise", "ball"))
    lines.append(f"\nThe told side (chance 25 %): {from_noise:.0f} % from noise, {from_ball:.0f} % from a ball.")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """The command line."""
    from toybox.training.exported import load_exported
    from toybox.training.runs import load_run
    from toybox.training.toy_world import ToyWorld

    parser = argparse.ArgumentParser(prog="python -m toybox.training.obedience")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--prior", type=Path, help="a folder as the backend loads it")
    which.add_argument("--run", type=Path, help="a training's folder")
    parser.add_argument("--rings", type=int, default=64)
    parser.add_argument("--steps", type=int, default=25, help="of sampling")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write all numbers here")
    asked = parser.parse_args(arguments)
    device = device_here()
    world = ToyWorld()
    model = load_exported(asked.prior, device) if asked.prior else load_run(asked.run, world, device)
    found = measure(model, world, asked.rings, asked.seed, device, asked.steps)
    print(table(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
