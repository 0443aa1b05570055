"""The bar of what a file's bytes are spent on."""

from PySide6.QtGui import QColor

from nvc_studio.models.settings import Scheme
from nvc_studio.theme import Theme
from nvc_studio.views.share_bar import ShareBar


def test_the_bar_has_each_class_in_its_share_and_names_them(qtbot, qapp):
    theme = Theme(qapp, Scheme.LIGHT)
    bar = ShareBar(theme)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.show_shares((("container", 100), ("weights", 700), ("empty", 0), ("latents", 200)))
    assert bar.text.splitlines() == ["weights: 700 B, 70.0 %", "latents: 200 B, 20.0 %", "container: 100 B, 10.0 %"]
    bar.resize(300, bar.sizeHint().height())
    picture = bar.grab().toImage()
    first, second, third = (QColor(colour) for colour in theme.colours.curves[:3])
    assert [picture.pixelColor(x, 5) for x in (100, 240, 285)] == [first, second, third]
    lines = bar._lines(300)
    assert [number for line in lines for _, number, _ in line] == [0, 1, 2]
    bar.show_shares(())
    assert bar.isHidden()


def test_estimated_rates_keep_their_order_while_they_change(qtbot, qapp):
    bar = ShareBar(Theme(qapp, Scheme.LIGHT))
    qtbot.addWidget(bar)
    bar.show_rates((("grids", 0.01), ("weights", 0.03), ("nothing", 0.0), ("unknown", float("nan"))))
    assert bar.text.splitlines() == ["grids: about 0.0100 bpp, 25.0 %", "weights: about 0.0300 bpp, 75.0 %"]
    assert "estimated rate" in bar.accessibleName()
    bar.show_shares((("grids", 10), ("weights", 30)))
    assert bar.text.splitlines() == ["weights: 30 B, 75.0 %", "grids: 10 B, 25.0 %"]
    assert "bytes" in bar.accessibleName()
