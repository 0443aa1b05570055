"""The colour of a source from its tags, and what is assumed where it has none."""

from nvc_engine.media.colour import Colour, Matrix

UNSPECIFIED = 2
"""The H.273 number for "not stated", of matrix, primaries and transfer alike."""

_MATRICES = {1: Matrix.BT709, 5: Matrix.BT601, 6: Matrix.BT601, 9: Matrix.BT2020}
_NEAREST = {4: Matrix.BT601, 7: Matrix.BT709, 10: Matrix.BT2020}
_TITLES = {Matrix.BT601: "BT.601", Matrix.BT709: "BT.709", Matrix.BT2020: "BT.2020", Matrix.RGB: "RGB"}

_RANGE_UNSPECIFIED, _RANGE_FULL = 0, 2


def matrix_by_size(width: int, height: int) -> Matrix:
    """BT.709 from 1280 pixels of width or more than 576 of height on, else BT.601."""
    return Matrix.BT709 if width >= 1280 or height > 576 else Matrix.BT601


def colour_of_tags(
    matrix: int,
    colour_range: int,
    primaries: int,
    transfer: int,
    *,
    pixel_format: str,
    width: int,
    height: int,
    chosen_matrix: Matrix | None = None,
    chosen_full_range: bool | None = None,
) -> tuple[Colour, tuple[str, ...]]:
    """The colour of a YUV source and sentences on what was assumed.

    Args:
        matrix, primaries, transfer: H.273 numbers as the stream states them.
        colour_range: 0 not stated, 1 limited, 2 full.
        chosen_matrix, chosen_full_range: what the user wants instead.
    """
    notes: list[str] = []
    gray = pixel_format.startswith("gray")
    full_range = colour_range == _RANGE_FULL or (
        colour_range == _RANGE_UNSPECIFIED and (gray or pixel_format.startswith("yuvj"))
    )
    found = _MATRICES.get(matrix)
    assumed = False
    if chosen_matrix is not None:
        found = chosen_matrix
    elif found is None and gray:
        found = matrix_by_size(width, height)
    elif found is None:
        assumed = True
        found = _NEAREST.get(matrix, matrix_by_size(width, height))
        spread = "full" if full_range else "limited"
        if matrix in (0, UNSPECIFIED):
            notes.append(
                f"The file does not say which colour matrix it uses; {_TITLES[found]}, {spread} range, "
                f"is assumed from its size."
            )
        else:
            notes.append(
                f"The file's colour matrix (H.273 number {matrix}) is not supported; {_TITLES[found]} is used."
            )
    if chosen_full_range is not None:
        full_range = chosen_full_range
    return Colour(found, _known(primaries), _known(transfer), full_range, assumed), tuple(notes)


def stated_matrix(colour: Colour) -> int:
    """The H.273 number that a file of such pictures is to state: none where the source stated none either."""
    return UNSPECIFIED if colour.assumed else colour.matrix.code


def words(colour: Colour) -> str:
    """The matrix and the range of a colour for people, such as "BT.709 limited"."""
    return f"{_TITLES[colour.matrix]} {'full' if colour.full_range else 'limited'}"


def colour_of_rgb(width: int, height: int, matrix: Matrix | None, full_range: bool | None) -> Colour:
    """The colour that an RGB source is converted to: BT.709 or BT.601 by size, limited range, unless chosen."""
    if matrix is None or matrix is Matrix.RGB:
        matrix = matrix_by_size(width, height)
    return Colour(matrix, full_range=bool(full_range))


def rgb_note(colour: Colour) -> str:
    """The sentence that tells of the conversion."""
    spread = "full" if colour.full_range else "limited"
    return f"The pictures are RGB; they are read as 8-bit YUV 4:4:4 ({_TITLES[colour.matrix]}, {spread} range)."


def _known(number: int) -> int:
    """Tags that say nothing (0 is reserved) become "unspecified"."""
    return number if 0 < number <= 22 else UNSPECIFIED
