"""Laws of hyper-latents stand with the weights as integers and are read from there."""

from pathlib import Path

import pytest

from nvc_engine.codecs.sevc import hyper_laws
from nvc_engine.codecs.sevc.hyper_laws import FILE, fitted_laws, kept_laws
from nvc_engine.codecs.sevc.weights import Networks, WeightsError


def test_they_are_fitted_once_and_kept(tmp_path: Path, networks: Networks) -> None:
    first = kept_laws(tmp_path, networks, "these")
    written = (tmp_path / FILE).read_bytes()
    again = kept_laws(tmp_path, networks, "these")
    assert again.digest() == first.digest() == fitted_laws(networks).digest()
    assert (tmp_path / FILE).read_bytes() == written


def test_what_stands_in_the_file_counts(tmp_path: Path, networks: Networks) -> None:
    laws = fitted_laws(networks)
    laws.intra["z"].mean[0] += 3
    laws.save(tmp_path / FILE, "these")
    assert kept_laws(tmp_path, networks, "these").digest() == laws.digest() != fitted_laws(networks).digest()


def test_laws_of_other_weights_are_replaced(tmp_path: Path, networks: Networks) -> None:
    laws = fitted_laws(networks)
    laws.base["z"].scale_index[:] = 0
    laws.save(tmp_path / FILE, "others")
    assert kept_laws(tmp_path, networks, "these").digest() == fitted_laws(networks).digest()


def test_damage_and_impossible_numbers_are_found(tmp_path: Path, networks: Networks) -> None:
    path = tmp_path / FILE
    laws = fitted_laws(networks)
    laws.base["mv_z"].mean[1] = hyper_laws.MAX_MEAN + 1
    laws.save(path, "these")
    with pytest.raises(WeightsError, match="damaged"):
        kept_laws(tmp_path, networks, "these")
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(WeightsError, match="damaged"):
        kept_laws(tmp_path, networks, "these")
