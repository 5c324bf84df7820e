"""R-Precision of a folder of GLBs under a CLIP on disk: the real classes, small, with weights that were not trained."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, PreTrainedTokenizerFast
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import PBRMaterial

from benchmarks import toybox as command
from benchmarks.scoring import JUDGE
from benchmarks.toybox_benchmark.clip import Clip, assets_of, precision, read_prompts
from benchmarks.toybox_benchmark.looks import LOOKS, read_glb, views_from
from dreamfusion_blender.errors import BadSpec, ModelUnusable

PROMPTS = ["a red ball", "a blue cube", "a green cylinder"]
WORDS = ["<pad>", "<bos>", "<unk>", *sorted({word for prompt in PROMPTS for word in prompt.split()}), "<eos>"]


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory):
    """A CLIPModel of 32-pixel pictures as transformers saves it."""
    folder = tmp_path_factory.mktemp("clip") / "tiny-clip"
    words = {word: index for index, word in enumerate(WORDS)}
    tokenizer = Tokenizer(WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    text = {"vocab_size": len(WORDS), "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1}
    text |= {"num_attention_heads": 2, "max_position_embeddings": 8}
    text |= {"eos_token_id": words["<eos>"], "bos_token_id": 1, "pad_token_id": 0}
    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision |= {"image_size": 32, "patch_size": 8}
    torch.manual_seed(3)
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=8))
    model.save_pretrained(folder)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", eos_token="<eos>", bos_token="<bos>"
    )
    fast.save_pretrained(folder)
    CLIPImageProcessor(size=32, crop_size=32).save_pretrained(folder)
    return folder


@pytest.fixture
def assets(tmp_path):
    folder = tmp_path / "assets"
    folder.mkdir()
    ball = trimesh.creation.icosphere(2)
    ball.visual = ColorVisuals(ball, vertex_colors=(220, 20, 20, 255))
    ball.export(folder / "a-red-ball.glb")
    ball.export(folder / "a-red-ball-s1.glb")
    trimesh.creation.box((1, 1, 1)).export(folder / "002.glb")
    return folder


@pytest.fixture
def prompts_file(tmp_path):
    path = tmp_path / "prompts.txt"
    path.write_text("\n".join(["", *PROMPTS, ""]))
    return path


def test_the_nearest_prompt_is_transformers_own_answer(clip_folder, assets):
    clip = Clip(clip_folder, PROMPTS)
    pictures = views_from(read_glb(assets / "a-red-ball.glb"), clip.side, LOOKS["shaded"], 0.5)
    model = CLIPModel.from_pretrained(clip_folder).eval()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(clip_folder)
    words = tokenizer(PROMPTS, padding="max_length", max_length=8, return_tensors="pt")
    looks = CLIPImageProcessor.from_pretrained(clip_folder)
    pixels = (pictures - np.asarray(looks.image_mean, np.float32)) / np.asarray(looks.image_std, np.float32)
    with torch.no_grad():
        answer = model(
            input_ids=words.input_ids,
            attention_mask=words.attention_mask,
            pixel_values=torch.from_numpy(pixels).permute(0, 3, 1, 2),
        )
    assert clip.best(pictures) == answer.logits_per_image.argmax(dim=-1).tolist()


def test_a_clip_that_knows_finds_the_right_prompt(assets):
    """The judge is a CLIPModel in a folder like any other."""
    clip = Clip(JUDGE, PROMPTS)
    clip._mean, clip._std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.5)  # its folder does not say
    assert set(clip.best(views_from(read_glb(assets / "a-red-ball.glb"), clip.side, LOOKS["shaded"], 0.5))) == {0}


def test_files_are_found_by_words_by_line_and_by_seed(assets):
    found = assets_of(assets, PROMPTS)
    assert [path.name for path in found["a red ball"]] == ["a-red-ball-s1.glb", "a-red-ball.glb"]
    assert [path.name for path in found["a blue cube"]] == ["002.glb"] and not found["a green cylinder"]
    (assets / "a-zeppelin.glb").write_bytes(b"")
    with pytest.raises(BadSpec, match=r"a-zeppelin\.glb is named after none of the prompts: call it a-red-ball\.glb"):
        assets_of(assets, PROMPTS)


def test_an_empty_folder_and_a_doubtful_list_are_refused(tmp_path):
    with pytest.raises(BadSpec, match="no GLB files"):
        assets_of(tmp_path, PROMPTS)
    listed = tmp_path / "prompts.txt"
    listed.write_text("a mug\na mug\n")
    with pytest.raises(BadSpec, match="each once"):
        read_prompts(listed)


def test_a_damaged_glb_is_named(assets):
    (assets / "003.glb").write_bytes(b"glTF and nothing more")
    with pytest.raises(BadSpec, match=r"003\.glb cannot be read"):
        read_glb(assets / "003.glb")


def test_what_is_missing_counts_as_wrong(clip_folder, assets):
    clip = Clip(clip_folder, PROMPTS)
    clip.best = lambda pictures: [0] * 4 + [1] * 4  # half of every asset's views is taken for a ball, half for a cube
    for mean in precision(assets_of(assets, PROMPTS), clip).values():
        assert mean is not None and mean.mean == pytest.approx((0.5 + 0.5 + 0) / 3) and mean.count == 3


def test_the_folder_must_hold_a_clip_with_safetensors(tmp_path, clip_folder):
    with pytest.raises(ModelUnusable, match="no CLIPModel"):
        Clip(tmp_path, PROMPTS)
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    for file in clip_folder.iterdir():
        if file.suffix == ".json":
            (pickled / file.name).write_bytes(file.read_bytes())
    torch.save(CLIPModel.from_pretrained(clip_folder).state_dict(), pickled / "pytorch_model.bin")
    with pytest.raises(ModelUnusable, match="safetensors"):
        Clip(pickled, PROMPTS)


def test_the_command(clip_folder, assets, prompts_file, tmp_path, monkeypatch, capsys):
    given = ["--glb", assets, "--prompts", prompts_file, "--clip", clip_folder, "--out", tmp_path / "out"]
    monkeypatch.setattr("sys.argv", ["toybox.py", *map(str, given)])
    assert command.main() == 0
    said = capsys.readouterr().out
    assert "among 3 prompts, by tiny-clip" in said and "1 prompts have no asset" in said
    kept = json.loads((tmp_path / "out" / "clip-assets-tiny-clip.json").read_text())
    assert kept["missing"] == ["a green cylinder"] and 0 <= kept["geometry"]["mean"] <= 1


@pytest.mark.parametrize("missing", ["--glb", "--prompts", "--clip"])
def test_the_three_options_go_together(missing, tmp_path, monkeypatch, capsys):
    given = [word for name in ("--glb", "--prompts", "--clip") if name != missing for word in (name, str(tmp_path))]
    monkeypatch.setattr("sys.argv", ["toybox.py", *given, "--out", str(tmp_path)])
    with pytest.raises(SystemExit):
        command.main()
    assert "go together" in capsys.readouterr().err


def textured(colour, shift=0.0):
    box = trimesh.creation.box((1, 1, 1)).apply_translation((0, 0, shift))
    material = PBRMaterial(baseColorTexture=Image.new("RGB", (4, 4), colour))
    box.visual = TextureVisuals(uv=np.full((len(box.vertices), 2), 0.5), material=material)
    return box


def painted(colour=None, shift=0.0):
    box = trimesh.creation.box((1, 1, 1)).apply_translation((0, 0, shift))
    if colour is not None:
        box.visual = ColorVisuals(box, vertex_colors=(*colour, 255))
    return box


def plain(colour):
    box = trimesh.creation.box((1, 1, 1))
    material = PBRMaterial(baseColorFactor=(*colour, 255))
    box.visual = TextureVisuals(material=material)
    return box


RED, BLUE, GREY = (200, 0, 0), (0, 0, 200), (127, 127, 127)
LINEAR_RED, LINEAR_BLUE = (147, 0, 0), (0, 0, 147)  # the same, as glTF has all that is no texture
# Front and back from -Y and +Y: glTF's Y is up and its +Z is the front, so that what is shifted along Z is nearer.
GLBS = {
    "a texture": ([textured(RED)], RED, RED),
    "vertex colours": ([painted(LINEAR_RED)], RED, RED),
    "a plain material": ([plain(LINEAR_RED)], RED, RED),
    "nothing": ([painted()], GREY, GREY),
    "two textures": ([textured(RED, 2.0), textured(BLUE)], RED, BLUE),
    "two with vertex colours": ([painted(LINEAR_RED, 2.0), painted(LINEAR_BLUE)], RED, BLUE),
}


@pytest.mark.parametrize("kind", GLBS)
def test_glbs_of_all_kinds_keep_their_colours(kind, tmp_path):
    meshes, front, back = GLBS[kind]
    trimesh.Scene(meshes).export(tmp_path / "boxes.glb")
    model = read_glb(tmp_path / "boxes.glb")
    assert len(model.triangles) == 12 * len(meshes)
    assert np.ptp(model.vertices, axis=0) == pytest.approx([1, 1 if len(meshes) == 1 else 3, 1])
    pictures = views_from(model, 15, LOOKS["albedo"], 0.0)
    assert pictures[0, 7, 7] * 255 == pytest.approx(front, abs=3)
    assert pictures[4, 7, 7] * 255 == pytest.approx(back, abs=3)
