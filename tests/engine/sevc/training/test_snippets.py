"""Training material: what a folder holds, what of it is held out, and its samples as R'G'B'."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.codecs.sevc.training.snippets import Library, Snippet, find_snippets, split
from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Matrix, to_rgb
from nvc_engine.media.opening import open_video


def snippets(**clips_of_source: int) -> list[Snippet]:
    """Three snippets of each clip of each source."""
    return [
        Snippet(Path(f"{source}{clip}-{number}.mp4"), f"{source}{clip}", source, 64, 64, 9)
        for source, clips in clips_of_source.items()
        for clip in range(clips)
        for number in range(3)
    ]


def test_no_source_is_on_both_sides() -> None:
    found = snippets(a=3, b=1, c=2, d=4, e=1, f=5, g=1, h=2)
    training, held_out = split(found, 0.3)
    assert sorted(map(str, (s.path for s in (*training, *held_out)))) == sorted(str(s.path) for s in found)
    assert not {s.source for s in training} & {s.source for s in held_out}
    assert 0 < len(held_out) <= 0.3 * len(found)
    assert split(found[::-1], 0.3)[1][::-1] == held_out


def test_one_source_is_split_by_clip() -> None:
    training, held_out = split(snippets(a=5), 0.3)
    assert training
    assert held_out
    assert not {s.clip for s in training} & {s.clip for s in held_out}


def test_one_clip_is_not_enough() -> None:
    with pytest.raises(EngineError, match="at least two clips"):
        split(snippets(a=1))


def test_an_index_says_clip_source_and_matrix(indexed_folder: Path) -> None:
    found = find_snippets(indexed_folder)
    assert [(s.clip, s.source, s.matrix) for s in found] == [
        ("hill", "a", Matrix.BT709),
        ("lake", "a", Matrix.BT601),
        ("road", "b", Matrix.BT709),
    ]


def test_without_an_index_every_video_is_a_clip(clips_folder: Path) -> None:
    assert [(s.clip, s.source, s.width, s.height, s.frames) for s in find_snippets(clips_folder)] == [
        (name, name, 72, 64, 5) for name in ("hill", "lake", "road")
    ]


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no clips to train on"):
        find_snippets(tmp_path)
    (tmp_path / "index.json").write_text('{"items": [{"file": "a.mp4"}]}', "utf-8")
    with pytest.raises(EngineError, match="is no index of training snippets"):
        find_snippets(tmp_path)


def test_windows_are_those_of_the_whole_picture_in_rgb(indexed_folder: Path) -> None:
    library = Library()
    for snippet in find_snippets(indexed_folder)[:2]:
        window = library.frames(snippet, (3, 1), 4, 2, (32, 48))
        assert window.shape == (2, 3, 32, 48)
        clip = open_video(snippet.path, matrix=snippet.matrix)
        for number, index in enumerate((3, 1)):
            whole = to_rgb(clip.picture(index), clip.info.colour)
            assert np.array_equal(window[number].permute(1, 2, 0).numpy(), whole[2:34, 4:52])
        clip.close()
    hill = find_snippets(indexed_folder)[0]
    other = Library().frames(replace(hill, matrix=Matrix.BT601), (3,), 4, 2, (32, 48))
    assert not np.array_equal(other, Library().frames(hill, (3,), 4, 2, (32, 48)))
