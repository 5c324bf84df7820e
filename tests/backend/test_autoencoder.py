"""Pictures to latents: gradients, sizes, scales, and the fast encoder that stands in for the full one."""

import pytest
import torch
import torch.nn.functional as F
from analytic import CPU, generator
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from tiny_models import LATENT, PICTURE
from tiny_parts import tiny_vae

from backend.priors.autoencoder import Autoencoder
from backend.priors.base import FULL_ENCODER_FROM
from backend.priors.loading.components import load_component
from backend.priors.precision import Precision
from backend.priors.stable_diffusion import StableDiffusionPrior


@pytest.fixture(scope="module")
def prior(tiny_models):
    return StableDiffusionPrior(tiny_models.sd15, CPU, fast_encoder=tiny_models.taesd)


def pictures(size, count=1):
    return torch.rand(count, 3, size, size, generator=generator())


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("size", [16, PICTURE])
def test_the_gradient_on_the_pictures_is_the_true_one(fast, size, tiny_models):
    """Against central differences in float64 along random directions, enlarged on the way or not."""
    exact = Precision(torch.float64, torch.float64)
    double = StableDiffusionPrior(tiny_models.sd15, CPU, fast_encoder=tiny_models.taesd, precision=exact)
    double.at_progress(0.0 if fast else 1.0)
    images = pictures(size).double().requires_grad_()
    upstream = torch.randn(1, 4, LATENT, LATENT, generator=generator(1), dtype=torch.float64)
    latents = double.encode(images)
    assert latents.dtype == torch.float64
    (gradient,) = torch.autograd.grad((latents * upstream).sum(), images)
    with torch.no_grad():
        for draw in range(3):
            # Small enough that hardly any of the fast encoder's rectifiers is crossed.
            step = 1e-7 * torch.randn(images.shape, generator=generator(draw), dtype=torch.float64)
            difference = ((double.encode(images + step) - double.encode(images - step)) * upstream).sum() / 2
            torch.testing.assert_close((gradient * step).sum(), difference, rtol=1e-5, atol=1e-12)


def test_small_renders_are_enlarged_and_large_ones_reduced(prior):
    small, large = pictures(8), pictures(64)
    enlarged = F.interpolate(small, (PICTURE, PICTURE), mode="bilinear", align_corners=False)
    torch.testing.assert_close(prior.encode(small), prior.encode(enlarged))
    settings = {"size": (PICTURE, PICTURE), "mode": "bilinear", "align_corners": False}
    reduced, aliased = (F.interpolate(large, antialias=each, **settings) for each in (True, False))
    torch.testing.assert_close(prior.encode(large), prior.encode(reduced))
    assert (prior.encode(large) - prior.encode(aliased)).abs().max() > 1e-3


def test_the_renders_size_is_a_setting_and_the_encoder_s_the_model_s(prior, tiny_models):
    assert prior.resolution == 64
    assert prior.size == PICTURE
    assert StableDiffusionPrior(tiny_models.sd15, CPU, resolution=24).resolution == 24


def test_the_fast_encoder_s_latents_are_on_the_u_net_s_scale_as_they_come(prior, tiny_models):
    """TAESD's configuration has a factor of 1, since it was distilled to give scaled latents; SD's is 0.18215."""
    tiny = load_component(AutoencoderTiny, tiny_models.taesd, torch.float32)
    images = pictures(PICTURE)
    prior.at_progress(0.0)
    torch.testing.assert_close(prior.encode(images), tiny.encoder(images * 2 - 1))
    assert prior.encoders.full.scale == 0.18215
    assert prior.encoders.fast.scale == 1.0
    decoded = prior.encoders.fast.decode(prior.encode(images))
    torch.testing.assert_close(decoded, tiny.decoder(prior.encode(images)) / 2 + 0.5)
    prior.at_progress(1.0)


def test_the_full_encoder_takes_over_and_decodes_always(prior, tiny_models):
    """What is used depends on the progress alone, so that a resumed run goes on as it was."""
    for progress, expected in [(0.0, prior.encoders.fast), (1.0, prior.encoders.full), (0.3, prior.encoders.fast)]:
        prior.at_progress(progress)
        assert prior.encoders.now is expected
    prior.at_progress(FULL_ENCODER_FROM)
    assert prior.encoders.now is prior.encoders.full
    prior.at_progress(0.99, full_encoder_from=1.0)
    assert prior.encoders.now is prior.encoders.fast
    latents = torch.randn(1, 4, LATENT, LATENT, generator=generator())
    late = prior.decode(latents)
    prior.at_progress(0.0)
    torch.testing.assert_close(prior.decode(latents), late)
    alone = StableDiffusionPrior(tiny_models.sd15, CPU)
    alone.at_progress(0.0)
    assert alone.encoders.now is alone.encoders.full


def test_a_shift_is_taken_off_before_scaling_and_put_back():
    """As the newer autoencoders have it: z = s (x - m)."""
    plain, shifted = (Autoencoder(tiny_vae(scaling_factor=2.0, shift_factor=each), CPU) for each in (None, 0.25))
    images = pictures(PICTURE)
    torch.testing.assert_close(shifted.encode(images, PICTURE), plain.encode(images, PICTURE) - 0.5)
    latents = torch.randn(1, 4, LATENT, LATENT, generator=generator())
    torch.testing.assert_close(shifted.decode(latents - 0.5), plain.decode(latents))


def test_the_decoder_stays_where_it_was_until_it_is_asked():
    """ "meta" stands for a GPU: a device that is not the CPU."""
    gpu = torch.device("meta")
    encoder = Autoencoder(tiny_vae(), gpu)
    latents = encoder.encode(torch.empty(1, 3, PICTURE, PICTURE, device=gpu), PICTURE)
    vae = encoder.vae
    assert {each.device.type for each in vae.encoder.parameters()} == {"meta"}
    assert {each.device.type for each in vae.decoder.parameters()} == {"cpu"}
    assert encoder.decode(latents).shape == (1, 3, PICTURE, PICTURE)
    assert {each.device.type for each in vae.decoder.parameters()} == {"meta"}
