"""What a codec that fits a network says after each step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StepReport:
    """Estimates of one training step: loss, bits per pixel, distortion as dB of PSNR-YUV, learning rate, lambda."""

    loss: float
    rate_bpp: float
    distortion_db: float
    learning_rate: float
    lambda_: float
