"""Number fields that several forms have."""

from PySide6.QtWidgets import QSpinBox

from nvc_studio.translation import tr


def seed_field() -> QSpinBox:
    """The seed of an encode's randomness."""
    seed = QSpinBox()
    seed.setRange(0, 2**31 - 1)
    seed.setAccessibleName(tr("Seed"))
    seed.setToolTip(tr("The same seed and settings give the same encode on the same machine"))
    return seed
