"""The losses between pictures, and psi (specs/mvc.md, 2, 3 and 12)."""

from dataclasses import replace

import pytest
import torch
from pytorch_msssim import ssim as reference_ssim

from nvc_engine.codecs.mvc.embedding import FrameEmbedding, Psi
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.objective import frequency_loss, spatial_loss, ssim

CPU = torch.device("cpu")


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


class TestFrequencyLoss:
    def test_equal_pictures_have_none(self) -> None:
        picture = noise(1, 3, 20, 31)
        assert float(frequency_loss(picture, picture)) == 0

    @pytest.mark.parametrize("size", [(64, 96), (180, 320)])
    def test_white_noise_costs_as_much_at_every_size(self, size: tuple[int, int]) -> None:
        error = 0.1 * noise(1, 3, *size)
        assert float(frequency_loss(error, torch.zeros_like(error))) == pytest.approx(0.0564, rel=0.02)

    def test_without_normalisation_it_is_the_root_of_the_pixels_larger(self) -> None:
        error = noise(1, 3, 24, 40)
        plain = float(frequency_loss(error, torch.zeros_like(error), "backward"))
        assert plain == pytest.approx(
            (24 * 40) ** 0.5 * float(frequency_loss(error, torch.zeros_like(error))), rel=1e-5
        )

    def test_it_sees_where_things_are(self) -> None:
        picture = noise(1, 3, 16, 16)
        assert float(frequency_loss(picture, picture.roll(3, dims=3))) > 0.1


class TestSpatialLoss:
    def test_ssim_is_the_usual_one(self) -> None:
        picture = torch.rand(1, 3, 30, 42, generator=torch.Generator().manual_seed(1))
        other = (picture + 0.1 * noise(1, 3, 30, 42)).clamp(0, 1)
        assert float(ssim(other, picture)) == pytest.approx(
            float(reference_ssim(other, picture, data_range=1)), abs=1e-4
        )
        assert float(ssim(picture, picture)) == pytest.approx(1)

    def test_small_pictures_have_an_ssim_too(self) -> None:
        assert float(ssim(torch.rand(1, 1, 3, 5), torch.rand(1, 1, 3, 5))) < 1

    def test_shares_of_l1_and_ssim(self) -> None:
        picture, other = torch.rand(1, 3, 20, 20), torch.rand(1, 3, 20, 20)
        l1 = float((picture - other).abs().mean())
        assert float(spatial_loss(other, picture, 1.0, luma=False)) == pytest.approx(l1, rel=1e-5)
        both = 0.7 * l1 + 0.3 * (1 - float(ssim(other, picture)))
        assert float(spatial_loss(other, picture, 0.7, luma=False)) == pytest.approx(both, rel=1e-5)


class TestEmbedding:
    @pytest.mark.parametrize("cell", [0, 8])
    def test_every_psi_begins_as_the_mean_colour_of_blocks(self, tiny_layout: Layout, cell: int) -> None:
        layout = replace(tiny_layout, shape=replace(tiny_layout.shape, cell=cell))
        frames = torch.rand(layout.frames, 3, layout.height, layout.width, generator=torch.Generator().manual_seed(2))
        made = [FrameEmbedding(layout, psi, frames.__getitem__, CPU).of_all() for psi in Psi]
        assert made[0].shape == layout.embedding_shape
        whole = frames[3, :, :8, 8:16].mean(dim=(1, 2))
        assert torch.allclose(made[0][3, 0, 1], whole, atol=1e-6)
        corner = frames[3, :, 16:, 24:]
        rows, columns = [min(row, 4) for row in range(8)], [min(column, 1) for column in range(8)]
        assert torch.allclose(made[0][3, 2, 3], corner[:, rows][:, :, columns].mean(dim=(1, 2)), atol=1e-6)
        assert all(torch.allclose(made[0], other, atol=1e-5) for other in made[1:])

    @pytest.mark.parametrize("psi", list(Psi))
    def test_only_frames_that_are_asked_for_are_learned_from(self, tiny_layout: Layout, psi: Psi) -> None:
        frames = torch.rand(tiny_layout.frames, 3, tiny_layout.height, tiny_layout.width)
        embedding = FrameEmbedding(tiny_layout, psi, frames.__getitem__, CPU)
        latest = embedding.latest.clone()
        with torch.no_grad():
            for value in embedding.tensors.values():
                value += 0.5
        whole = embedding.of(torch.tensor([1, 2]))
        whole[[0, 1, 2]].sum().backward()
        changed = (embedding.latest != latest).flatten(1).any(dim=1)
        assert changed.tolist() == [False, True, True, False, False, False]
        assert all(value.grad is not None for value in embedding.tensors.values())
