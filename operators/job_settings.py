"""The job's settings as properties of an operator, for scripts: the same for all that make an asset and wait for it."""

from __future__ import annotations

from bpy.props import IntProperty, StringProperty


class JobSettings:
    """Mixed into an operator. What a script does not give is as set in the panel (`spec_from`).

    No limits on the numbers: Blender would clamp silently what the job spec refuses in words.
    """

    prompt: StringProperty(name="Prompt", description="What to make, in a few words")
    negative_prompt: StringProperty(name="Negative Prompt", description="What to keep away from, in a few words")
    seed: IntProperty(name="Seed", description="The same seed and settings make the same object again")
    preset: StringProperty(name="Preset", description="How much time to spend: a name such as standard")
    prior: StringProperty(name="Prior", description="The 2D model that judges the renders: a name, or a path")
    loras: StringProperty(name="LoRA", description="FILE or FILE:WEIGHT, with a semicolon between several")
    fast_encoder: StringProperty(
        name="Fast Encoder", description="The TAESD of the prior: taesd, taesdxl, taesd3, or a folder"
    )
    configuration: StringProperty(name="Configuration", description="Of a prior in one file: a name, or a folder")
    picture_size: IntProperty(name="Picture Size", description="Pixels a side that the prior sees; 0: its own")
    precision: StringProperty(
        name="Precision", description="That the prior computes in: auto, float32, float16 or bfloat16"
    )
    overrides: StringProperty(name="Overrides", description='As JSON: {"sds.guidance_weight": 12}')
    views: StringProperty(name="Views", description="That the prior judges together: auto, single or multi")
    steps: IntProperty(name="Steps", description="0: what the preset says")
    triangles: IntProperty(name="Triangles", description="At most so many")
    texture_size: IntProperty(name="Texture Size", description="Pixels a side")
    device: StringProperty(name="Device", description="What to compute on: auto, cpu, cuda, cuda:N or mps")
