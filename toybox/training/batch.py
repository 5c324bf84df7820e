"""A training step's pictures and what the network is told of them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from backend.priors.prompts import VIEW_NAMES
from backend.priors.toybox_variant import light_labels, ray_maps
from toybox.training.blocks import RING
from toybox.training.pictures import Look, compose, random_look
from toybox.training.settings import BatchSettings, NetworkSettings
from toybox.training.store import Chunk, cameras_of
from toybox.training.words import EMPTY, Words

__all__ = ["Batch", "Drawer", "tell_cameras", "tell_plain_albedo"]


class Batch(NamedTuple):
    """N views, the first `singles` on their own, the rest in groups of four.

    clean: [N, C, R, R] in -1 … 1.  mask: [N, 1, R, R].  tokens: [N, L].
    labels: [N, 16], cameras' matrices, or [N, 20] for a network that is told the light.
    rays: [N, 6, R, R], or [N, 0, R, R] for a network that does not see them.
    """

    clean: Tensor
    mask: Tensor
    tokens: Tensor
    labels: Tensor
    rays: Tensor
    singles: int


def tell_cameras(pose: Tensor, fov: Tensor, told: Tensor, network: NetworkSettings) -> tuple[Tensor, Tensor]:
    """The cameras' class labels [N, 16] and rays as in Batch; zeros where a camera is not told.

    pose: [N, 3, 4].  fov: [N].  told: [N] bool.
    """
    cameras = cameras_of(pose, fov)
    matrices = cameras.matrices() * (told & network.variant.reads_matrix)[:, None]
    if not network.variant.sees_rays:
        return matrices, pose.new_zeros(len(pose), 0, network.resolution, network.resolution)
    return matrices, ray_maps(cameras, network.resolution) * told[:, None, None, None]


def tell_plain_albedo(labels: Tensor, network: NetworkSettings) -> Tensor:
    """Labels [N, 16] of cameras, and behind them that there is no light, for a network that is told it."""
    if not network.light:
        return labels
    no_light = labels.new_tensor([0.0, 0.0, 0.0, 1.0])  # see light_labels
    return torch.cat([labels, no_light.expand(len(labels), -1)], dim=1)


class Drawer:
    """Draws batches."""

    def __init__(self, settings: BatchSettings, network: NetworkSettings, words: Words, device: torch.device) -> None:
        self.settings, self.network, self.words = settings, network, words
        self.empty = words([EMPTY])[0].to(device)
        suffixes = [f", {name} view" for name in VIEW_NAMES]
        # Without the start, with the end: what follows a caption in place of its own end.
        self.suffixes = words(suffixes)[:, 1:5].to(device)  # [4, 4]: comma, direction, view, end

    def __call__(self, store: Chunk, toys: int, generator: torch.Generator) -> Batch:
        """toys: how many of the store's first are there."""
        settings, device = self.settings, generator.device
        views = store.albedo.shape[1]

        def rand(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=generator, device=device)

        singles, groups = settings.singles, settings.groups
        which = (rand(singles + groups) * toys).long()
        toy = torch.cat([which[:singles], which[singles:].repeat_interleave(RING)])
        alone = (rand(singles) * views).long()
        view = torch.cat([alone, torch.arange(RING, device=device).repeat(groups)])

        worded = torch.cat([rand(singles) < settings.single_words, _each(rand(groups) < settings.group_words)])
        tokens = self._with_direction(store.tokens[toy], store.direction[toy, view], worded)
        draw = rand(groups)  # one number, so that cameras are dropped half the time together with the caption
        no_cameras = draw < settings.drop_cameras
        both = draw < settings.drop_cameras / 2
        no_caption = torch.cat(
            [rand(singles) < settings.drop_caption, _each((rand(groups) < settings.drop_caption) | both)]
        )
        tokens = torch.where(no_caption[:, None], self.empty, tokens)
        one = rand(RING * groups) < settings.drop_one_camera
        told = torch.cat([rand(singles) < settings.single_cameras, ~(_each(no_cameras) | one)])
        pose, fov = store.pose[toy, view], store.fov[toy, view]
        labels, rays = tell_cameras(pose, fov, told, self.network)
        looks = self._looks(generator)
        if self.network.light:
            lit = rand(singles + groups) >= settings.drop_light
            lit = torch.cat([lit[:singles], _each(lit[singles:])])
            labels = torch.cat([labels, light_labels(cameras_of(pose, fov), looks.told()) * lit[:, None]], dim=1)
        clean, mask = self._pictures(store, toy, view, looks)
        return Batch(clean, mask, tokens, labels, rays, singles)

    def _looks(self, generator: torch.Generator) -> Look:
        """Light and background, the same for all views of a group."""
        settings = self.settings
        looks = random_look(settings.singles + settings.groups, settings.flat, settings.grey, generator)
        return Look(*(torch.cat([each[: settings.singles], _each(each[settings.singles :])]) for each in looks))

    def _pictures(self, store: Chunk, toy: Tensor, view: Tensor, looks: Look) -> tuple[Tensor, Tensor]:
        albedo, mask = store.albedo[toy, view] / 255, store.mask[toy, view] / 255
        normal = store.normal[toy, view] / 127
        colour = compose(albedo, mask, normal, looks) * 2 - 1
        return (torch.cat([colour, normal], dim=1) if self.network.normals else colour), mask

    def _with_direction(self, tokens: Tensor, direction: Tensor, wanted: Tensor) -> Tensor:
        """Captions [N, L] that say their direction [N] where wanted [N] and where there is room."""
        place = torch.arange(tokens.shape[1], device=tokens.device)
        end = (tokens == self.words.end).int().argmax(dim=1, keepdim=True)
        wanted = wanted & (end[:, 0] + 3 < tokens.shape[1])
        offset = place - end
        suffix = torch.gather(self.suffixes[direction], 1, offset.clamp(0, 3))
        return torch.where((offset >= 0) & (offset < 4) & wanted[:, None], suffix, tokens)


def _each(of_groups: Tensor) -> Tensor:
    """What holds for groups, for each of their views."""
    return of_groups.repeat_interleave(RING, dim=0)
