"""Random numbers that go on from a checkpoint."""

import torch

from nvc_engine.nn.generators import restore_generator


def test_numbers_go_on_where_they_were() -> None:
    first = torch.Generator().manual_seed(3)
    state = first.get_state()
    expected = torch.rand(4, generator=first)
    other = torch.Generator()
    restore_generator(other, state)
    assert torch.equal(torch.rand(4, generator=other), expected)


def test_the_state_of_another_device_gives_the_same_numbers_every_time() -> None:
    """A CUDA generator's state has 16 bytes, that of a processor thousands."""
    drawn = []
    for state in (torch.arange(16, dtype=torch.uint8), torch.arange(16, dtype=torch.uint8), torch.zeros(16).byte()):
        generator = torch.Generator()
        restore_generator(generator, state)
        drawn.append(torch.rand(4, generator=generator))
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
