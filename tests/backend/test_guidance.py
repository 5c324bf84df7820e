"""Classifier-free guidance in the paper's convention, and taking its excess contrast back."""

import torch
from analytic import CPU, GaussianPrior, generator

from backend.cameras import ring
from backend.distillation.query import Query
from backend.priors.base import classifier_free_guidance, rescale_contrast


def pair():
    return torch.randn(2, 4, 3, 8, 8, generator=generator()).unbind()


def test_weight_zero_is_the_conditional_prediction():
    conditional, unconditional = pair()
    assert torch.equal(classifier_free_guidance(conditional, unconditional, 0.0), conditional)


def test_a_weight_is_diffusers_guidance_scale_less_one():
    conditional, unconditional = pair()
    scale = 7.5
    diffusers = unconditional + scale * (conditional - unconditional)
    torch.testing.assert_close(classifier_free_guidance(conditional, unconditional, scale - 1), diffusers)


def test_where_both_agree_guidance_changes_nothing():
    conditional, _ = pair()
    torch.testing.assert_close(classifier_free_guidance(conditional, conditional.clone(), 100.0), conditional)


def test_rescaling_brings_back_the_spread_of_the_unguided_picture():
    conditional, guided = pair()
    guided = 3 * guided
    torch.testing.assert_close(rescale_contrast(guided, conditional, 1.0).std(), conditional.std())
    assert torch.equal(rescale_contrast(guided, conditional, 0.0), guided)
    assert conditional.std() < rescale_contrast(guided, conditional, 0.5).std() < guided.std()


def query(prior, z, timestep, draws=None, condition=None):
    cameras = ring(len(z), 0.0, 0.2, 0.75, 1.1, CPU)
    return Query(prior, z, timestep, condition or prior.condition("", "", cameras), draws or generator())


def test_a_query_adds_the_noise_it_is_given_and_guides():
    """For one Gaussian per prompt the guided prediction is linear: the exact answer for mean m + w (m - m∅)."""
    prior = GaussianPrior(mean=0.6, std=0.4, empty_mean=0.5)
    z = torch.rand(4, 3, 16, 16, generator=generator()) * 2 - 1
    asked = query(prior, z, 400)
    noise = asked.noise()
    noisy = prior.schedule.add_noise(z, noise, 400)
    expected = prior.exact_noise(noisy, 400, torch.tensor(0.2 + 3 * 0.2))
    torch.testing.assert_close(asked.guided_noise(noise, 3.0), expected)


def test_a_query_s_rescaled_picture_has_the_unguided_spread():
    prior = GaussianPrior(mean=0.6, std=0.4, empty_mean=0.2)
    z = torch.rand(4, 3, 16, 16, generator=generator()) * 2 - 1
    asked, schedule = query(prior, z, 400), prior.schedule
    noise = asked.noise()
    noisy = schedule.add_noise(z, noise, 400)
    guided = schedule.clean_from_noise(noisy, asked.guided_noise(noise, 8.0, contrast_rescale=1.0), 400)
    plain = schedule.clean_from_noise(noisy, asked.guided_noise(noise, 0.0), 400)
    torch.testing.assert_close(guided.std(), plain.std(), rtol=1e-3, atol=0)


def test_a_query_lets_no_gradient_into_the_prior():
    prior = GaussianPrior(mean=0.6, std=0.4)
    z = torch.zeros(4, 3, 16, 16, requires_grad=True)
    asked = query(prior, z, 400)
    assert not asked.guided_noise(asked.noise(), 3.0).requires_grad
