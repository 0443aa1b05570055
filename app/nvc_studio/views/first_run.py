"""The first run: a sample clip is opened, so that there is something to try things on."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from nvc_engine.protocol.places import home
from nvc_studio.assets import asset
from nvc_studio.models.demo_job import SAMPLE
from nvc_studio.translation import mark, tr

if TYPE_CHECKING:
    from nvc_studio.main_window import MainWindow

WELCOME = mark("Welcome. This is a sample clip: press Encode now to see a codec learn it, or open a clip of your own.")


def open_sample(window: MainWindow) -> None:
    """Open the sample, from a copy beside which files can be written."""
    clip = home() / SAMPLE
    try:
        if not clip.exists():
            shutil.copyfile(asset(SAMPLE), clip)
    except OSError:
        return  # There is an empty window then, which says how to open a clip.
    window.open_paths([clip])
    window.banner.say(tr(WELCOME), tr("&Open…"), window.menus.ask_clips)
