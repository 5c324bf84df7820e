"""What a training run is: frozen settings, the named configurations, and changes to single ones."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from backend.priors.toybox_variant import Told, ToyboxVariant
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.job import nearest

__all__ = ["CONFIGURATIONS", "Settings", "configuration"]


@dataclass(frozen=True)
class NetworkSettings:
    """The U-Net and its text encoder; what differs from the defaults is written into the exported folder."""

    resolution: int = 64  # pixels a side
    widths: tuple[int, ...] = (64, 128, 192, 192)  # channels at each resolution, halved from one to the next
    attention_from: int = 2  # the first of these with attention: 16²
    layers: int = 2  # residual blocks at each
    heads: int = 4
    groups: int = 16  # of the group normalisations
    film: bool = False  # time and camera scale and shift each residual block, instead of shifting it only
    cameras: Told = "matrix"
    normals: bool = False  # six channels: colour and world-space normals
    camera_guidance: bool = False
    light: bool = False  # it is told the light, behind the cameras' matrices
    volume_channels: int = 0  # of the words' volumes that layouts are drawn with
    layout_words: int = 0  # it draws albedo, opacity and normals, and is told which of so many words are said, or not
    layout_meaning: int = 256  # numbers that these become
    text_width: int = 256
    text_layers: int = 4
    text_heads: int = 4
    tokens: int = 32

    @property
    def variant(self) -> ToyboxVariant:
        """What the backend must know of it."""
        return ToyboxVariant(self.resolution, self.normals, self.cameras, self.camera_guidance, self.light)


@dataclass(frozen=True)
class NoiseSettings:
    """The forward process, and how much each noise level counts."""

    steps: int = 1000
    prediction: Literal["v_prediction", "epsilon"] = "v_prediction"
    zero_terminal: bool = True  # the last step is all noise (Lin et al. 2023, algorithm 1)
    # Timesteps are drawn as u' = s u / (1 + (s - 1) u) (Esser et al. 2024, eq. 23): above 1 more noise. 3 puts half of
    # them above level 0.75 and a fifth above 0.92, where the layout, and so the side that is seen, is decided.
    shift: float = 3.0
    min_snr: float = 8.0  # gamma (Hang et al. 2023), as a weight on v: min(SNR, gamma) / (SNR + 1)
    floor: float = 1.0  # added to that weight, which alone vanishes at high noise


@dataclass(frozen=True)
class ConflictSettings:
    """Noised pictures that contradict the cameras; see conflict.py."""

    share: float = 0.2  # of the groups above the level
    above: float = 0.6  # noise level


@dataclass(frozen=True)
class DataSettings:
    """What is rendered, and kept to be drawn from."""

    world_seed: int = 1
    chunk_scenes: int = 512  # rendered at a time
    chunks: int = 64  # kept; at 64² a scene of six views takes 172 KB
    first_chunks: int = 12  # rendered before the first step
    steps_per_chunk: int = 100  # then one more is rendered each time, until all are; after that the oldest go
    free_views: int = 2  # beside the ring, each from anywhere
    anti_alias: int = 2  # rays a pixel, a side
    held_out: int = 12  # one in so many pairs of object and colour is never trained on
    as_product: bool = False  # cameras of the product's distance and field of view, half of them its first rings'


@dataclass(frozen=True)
class BatchSettings:
    """What a step looks at."""

    singles: int = 128
    groups: int = 32  # of four views
    drop_caption: float = 0.1
    drop_cameras: float = 0.1  # of a whole group, half of them together with the caption
    drop_one_camera: float = 0.05  # of each view in a group
    single_cameras: float = 0.5  # single views that are told their camera
    single_words: float = 0.75  # that say their direction in words
    group_words: float = 0.0  # of groups; words make listening to the camera needless
    drop_light: float = 0.1  # views on their own and groups that are not told their light
    flat: float = 0.25  # pictures of plain albedo
    grey: float = 0.6  # backgrounds without a hue


@dataclass(frozen=True)
class OptimiserSettings:
    """AdamW; the rate warms up, stays, and falls to 0 over the last steps (WSD: Hu et al. 2024, MiniCPM)."""

    steps: int = 10_000  # may be changed between pieces, until the rate falls
    rate: float = 4e-4
    warmup: int = 300
    cooldown: int = 2500
    labels_rate: float = 1.0  # times the rate, of the layers that read cameras and words
    weight_decay: float = 0.01
    clip: float = 1.0  # norm of the gradient
    average: float = 0.9995  # EMA


@dataclass(frozen=True)
class Settings:
    """Of a run."""

    seed: int = 0
    network: NetworkSettings = field(default_factory=NetworkSettings)
    noise: NoiseSettings = field(default_factory=NoiseSettings)
    conflict: ConflictSettings = field(default_factory=ConflictSettings)
    data: DataSettings = field(default_factory=DataSettings)
    batch: BatchSettings = field(default_factory=BatchSettings)
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    checkpoint_seconds: float = 60.0
    evaluate_every: int = 500  # steps
    log_every: int = 50

    def to_json(self) -> str:
        """For checkpoints."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """What to_json wrote."""
        return _from_plain(cls, json.loads(text))

    def changed(self, changes: list[str]) -> Settings:
        """With single settings changed: `network.film=true`, `seed=3`. Raises BadSpec."""
        settings = self
        for change in changes:
            name, found, value = change.partition("=")
            if not found:
                raise BadSpec(f"{change!r} is not of the form part.setting=value")
            settings = _set(settings, name.split("."), value, name)
        return settings


_RAYS: Final = NetworkSettings(cameras="both", film=True, camera_guidance=True, light=True)

CONFIGURATIONS: Final[dict[str, Settings]] = {
    # The first toybox's network with everything against its deafness that leaves the network alone.
    "default": Settings(),
    # The first toybox's recipe, to compare with.
    "first": Settings(
        noise=NoiseSettings(zero_terminal=False, shift=1.0, floor=0.15),
        conflict=ConflictSettings(share=0.0),
        batch=BatchSettings(drop_cameras=0.0, drop_one_camera=0.0, single_cameras=0.3, group_words=0.15),
    ),
    # Cameras as rays as well, scaling and shifting the blocks, and strengthened by guidance; and the light told.
    "rays": Settings(network=_RAYS),
    # The same, with normals beside the colours.
    "normals": Settings(network=replace(_RAYS, normals=True)),
    # A minute on a slow processor: does everything run?
    "smoke": Settings(
        network=replace(
            _RAYS, resolution=16, widths=(16, 32), attention_from=1, layers=1, groups=4, text_width=32, text_layers=1
        ),
        data=DataSettings(chunk_scenes=16, chunks=2, first_chunks=1, steps_per_chunk=20, anti_alias=1),
        batch=BatchSettings(singles=8, groups=4),
        optimiser=OptimiserSettings(steps=60, rate=2e-3, warmup=10, cooldown=20, average=0.9),
        checkpoint_seconds=5.0,
        evaluate_every=20,
        log_every=5,
    ),
}


def configuration(name: str) -> Settings:
    """A named configuration. Raises BadSpec."""
    if name not in CONFIGURATIONS:
        raise BadSpec(f"No configuration is called {name!r}. There are: {', '.join(CONFIGURATIONS)}")
    return CONFIGURATIONS[name]


def _set(settings: Any, path: list[str], value: str, whole: str) -> Any:
    known = get_type_hints(type(settings))
    if path[0] not in known:
        guess = nearest(path[0], list(known))
        hint = f"; did you mean {guess!r}?" if guess else ""
        raise BadSpec(f"No setting is called {path[0]!r} (in {whole!r}){hint}")
    if len(path) > 1:
        return replace(settings, **{path[0]: _set(getattr(settings, path[0]), path[1:], value, whole)})
    return replace(settings, **{path[0]: _convert(known[path[0]], value, whole)})


def _convert(kind: Any, text: str, where: str) -> Any:
    if get_origin(kind) is Literal and text in get_args(kind):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if get_origin(kind) is tuple and isinstance(value, list) and all(type(each) is int for each in value):
        return tuple(value)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind in (int, bool) and type(value) is kind:
        return value
    raise BadSpec(f"The setting {where} cannot be {text!r}; it is {kind}")


def _from_plain(kind: Any, values: dict[str, Any]) -> Any:
    """A dataclass from its dictionary; lists were tuples. A setting that is not there has its default."""
    types = get_type_hints(kind)
    plain: dict[str, Any] = {}
    for each in fields(kind):
        if each.name not in values:
            continue
        value = values[each.name]
        nested = dataclasses.is_dataclass(types[each.name])
        plain[each.name] = _from_plain(types[each.name], value) if nested else value
        if isinstance(value, list):
            plain[each.name] = tuple(value)
    return kind(**plain)
