"""Cells of odd-sized pictures, and rendering from all slices or only those that a frame reads."""

import pytest
import torch

from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import BAND_VALUES, Renderer, initial_parameters, pack, unpack
from nvc_engine.codecs.parameters.symbols import is_grid

CPU = torch.device("cpu")


@pytest.mark.parametrize("cell", [2, 4])
@pytest.mark.parametrize(("height", "width"), [(16, 24), (21, 26), (1, 1), (2, 5), (7, 3)])
def test_cells_round_trip(cell: int, height: int, width: int) -> None:
    random = torch.Generator().manual_seed(1)
    small = (-(-height // 2), -(-width // 2))
    planes = [torch.randint(0, 256, size, generator=random) for size in ((height, width), small, small)]
    packed = pack(*(plane.to(torch.uint8) for plane in planes), cell)
    assert packed.shape == (-(-height // cell), -(-width // cell), cell * cell * 3 // 2)
    for restored, plane in zip(unpack(packed, height, width, cell), planes, strict=True):
        assert torch.equal(restored, plane.to(torch.uint8))


def random_parameters(layout: Layout) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(2)
    theta = initial_parameters(layout, random, torch.full((layout.packed_channels,), 0.4))
    return {name: value + 0.1 * torch.randn(value.shape, generator=random) for name, value in theta.items()}


@pytest.mark.parametrize(("height", "width"), [(21, 26), (3, 5), (40, 18)])
@pytest.mark.parametrize("cell", [2, 4])
def test_odd_sizes_render(cell: int, height: int, width: int) -> None:
    shape = NetworkShape(cell, (3, 2), (12, 8), (1, 2), (2, 3), 1, 3, 2, 2, 2, (0, 1), (1, 2))
    layout = Layout(shape, 5, height, width)
    picture = Renderer(layout, CPU).render(random_parameters(layout), torch.tensor([0, 4]))
    assert picture.shape == (2, *layout.packed_size, layout.packed_channels)
    assert float(picture.min()) > 0
    assert float(picture.max()) < 1


def test_a_frame_does_not_depend_on_its_neighbours_in_the_batch(tiny_layout: Layout) -> None:
    theta, renderer = random_parameters(tiny_layout), Renderer(tiny_layout, CPU)
    together = renderer.render(theta, torch.tensor([5, 0, 3]))
    for place, frame in enumerate((5, 0, 3)):
        assert torch.allclose(together[place], renderer.render(theta, torch.tensor([frame]))[0], atol=1e-5)


@pytest.mark.parametrize("frames", [[0], [5], [1, 4], [2, 3]])
def test_the_touched_slices_are_enough(tiny_layout: Layout, frames: list[int]) -> None:
    theta, renderer = random_parameters(tiny_layout), Renderer(tiny_layout, CPU)
    chosen = torch.tensor(frames)
    slices = renderer.touched(chosen)
    some = {name: value[slices[name]] if name in slices else value for name, value in theta.items()}
    assert set(slices) == {name for name in theta if is_grid(name)}
    assert torch.equal(renderer.render(some, chosen, slices), renderer.render(theta, chosen))


def test_other_slices_do_not_matter(tiny_layout: Layout) -> None:
    theta, renderer = random_parameters(tiny_layout), Renderer(tiny_layout, CPU)
    chosen = torch.tensor([0])
    spoilt = {name: value.clone() for name, value in theta.items()}
    for name, slices in renderer.touched(chosen).items():
        others = torch.ones(theta[name].shape[0], dtype=torch.bool)
        others[slices] = False
        spoilt[name][others] = torch.nan
    assert torch.equal(renderer.render(spoilt, chosen), renderer.render(theta, chosen))


def test_a_picture_of_many_bands_is_what_training_renders() -> None:
    shape = NetworkShape(2, (1, 3), (12, 16), (1, 2), (8, 8), 1, 2, 2, 1, 1, (0, 0), (1, 1))
    layout = Layout(shape, 2, 230, 410)
    theta, renderer = random_parameters(layout), Renderer(layout, CPU)
    rows, columns = layout.stage_size(1)
    assert rows * columns * 16 * 8 > 2 * BAND_VALUES * torch.get_num_threads()
    trained = renderer.render(theta, torch.tensor([1])).detach()
    with torch.inference_mode():
        decoded = renderer.render(theta, torch.tensor([1]))
    assert trained.std() > 0.01
    assert torch.allclose(decoded, trained, rtol=0, atol=1e-6)
