"""A drawing as SVG: text stays text."""

from xml.sax.saxutils import escape

from nvc_engine.charting.axes import Place
from nvc_engine.charting.drawing import Area, Drawing, Line, Words

_FONTS = "'DejaVu Sans', Verdana, Arial, sans-serif"
_ANCHORS = {0.0: "start", 0.5: "middle", 1.0: "end"}


def svg(drawing: Drawing) -> str:
    """An SVG document; in HTML it may stand as it is."""
    width, height = drawing.width, drawing.height
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}pt"'
        f' height="{height:g}pt" font-family="{_FONTS}">'
    )
    lines = [
        head,
        f"<title>{escape(drawing.title)}</title>",
        f'<rect width="{width:g}" height="{height:g}" fill="{drawing.background}"/>',
        *(_item(item) for item in drawing.items),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _item(item: Line | Area | Words) -> str:
    match item:
        case Line():
            dashes = f' stroke-dasharray="{" ".join(f"{dash:g}" for dash in item.dashes)}"' if item.dashes else ""
            return (
                f'<polyline points="{_places(item.points)}" fill="none" stroke="{item.colour}"'
                f' stroke-width="{item.width:g}" stroke-linejoin="round"{dashes}/>'
            )
        case Area():
            stroke = f' stroke="{item.stroke}" stroke-width="{item.width:g}"' if item.stroke else ""
            return f'<polygon points="{_places(item.points)}" fill="{item.fill or "none"}"{stroke}/>'
        case Words():
            x, y = item.place
            turned = f' transform="rotate(-90 {x:.2f} {y:.2f})"' if item.upwards else ""
            return (
                f'<text x="{x:.2f}" y="{y:.2f}" font-size="{item.size:g}" fill="{item.colour}"'
                f' text-anchor="{_ANCHORS[item.anchor]}"{turned}>{escape(item.text)}</text>'
            )


def _places(points: tuple[Place, ...]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
