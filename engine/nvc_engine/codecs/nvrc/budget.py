"""Where lambda begins for a goal, on NVRC's scale."""

from nvc_engine.protocol.messages import Goal, GoalKind

DEFAULT_MINUTES = 5.0
QUALITY_DEFAULT = 24.0
QUALITY_MAXIMUM = 63.0
LAMBDA_START = (32.0, 1024.0)
PSNR_LAMBDA = 0.1


def quality_lambda(quality: float) -> float:
    """lambda of a quality step: 8 at 0, doubled every 6 steps (128 at 24), on the scale of specs/nvrc.md 3.1 (YUV)."""
    return float(8.0 * 2.0 ** (quality / 6))


def psnr_lambda(psnr: float) -> float:
    """Where lambda begins on its way to a PSNR in dB: a distortion that weighs as much as a usual rate does."""
    return float(min(max(PSNR_LAMBDA * 10.0 ** (psnr / 10), LAMBDA_START[0]), LAMBDA_START[1]))


def first_lambda(goal: Goal | None) -> tuple[float, float | None]:
    """Where lambda begins, and the mean PSNR-YUV asked for in dB, if one is."""
    if goal is not None and goal.kind is GoalKind.PSNR:
        return psnr_lambda(goal.value), goal.value
    asked = goal is not None and goal.kind is GoalKind.QUALITY
    return quality_lambda(goal.value if goal is not None and asked else QUALITY_DEFAULT), None
