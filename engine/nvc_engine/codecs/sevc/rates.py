"""Bits that symbols are expected to take, as differentiable estimates (specs/sevc.md, 7)."""

import math

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.bounds import at_least
from nvc_engine.codecs.sevc.steps import HyperStep, Law, Step

MIN_SCALE = 1e-5
MAX_SCALE = 1e10
_FLOOR = 1e-5


def bits(step: Step, residual: Tensor, min_scale: float = MIN_SCALE) -> Tensor:
    """Bits of each element of `residual`, of the step's shape, 0 to 16.6.

    Args:
        residual: symbols, or real numbers near them in training.
        min_scale: what smaller and negative scales are taken for.
    """
    if residual.dtype in (torch.bfloat16, torch.float16):
        residual = residual.float()  # differences of probabilities need more digits
    if isinstance(step, HyperStep):
        return _bits(_factorised(step.law, residual))
    scale = at_least(step.scale, min_scale).clamp(max=MAX_SCALE)
    distribution = _laplace if step.law is Law.LAPLACE else _gaussian
    return _bits(distribution(residual + 0.5, scale) - distribution(residual - 0.5, scale))


def _bits(probability: Tensor) -> Tensor:
    return (-torch.log2(probability + _FLOOR)).clamp(min=0)


def _factorised(law: BitEstimator, x: Tensor) -> Tensor:
    probability: Tensor = law(x + 0.5) - law(x - 0.5)
    return probability


def _laplace(x: Tensor, scale: Tensor) -> Tensor:
    return 0.5 - 0.5 * x.sign() * torch.expm1(-x.abs() / scale)


def _gaussian(x: Tensor, scale: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(x / scale / math.sqrt(2)))
