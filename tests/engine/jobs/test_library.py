"""The library of points: what a job leaves there, and how an encode is known again."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from nvc_engine.codecs import registry
from nvc_engine.codecs.sevc.weights import INTER_FILE, INTRA_FILE, imported_folder
from nvc_engine.comparing.metrics import similarity_db
from nvc_engine.jobs.library import PointKey, RdLibrary, version_of
from nvc_engine.jobs.opening import open_order
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.schema import MIGRATIONS
from nvc_engine.jobs.store import JobStore
from nvc_engine.media.clip import ClipError
from nvc_engine.media.fingerprint import fingerprint
from nvc_engine.media.opening import open_video
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState, RawSpec
from nvc_engine.quality.measure import measure
from nvc_engine.quality.rd import RdCurve, curves_of


def ordered(clip: Path, output: Path, quality: float = 30, **settings: str) -> JobRequest:
    goal = Goal(GoalKind.QUALITY, quality)
    return JobRequest(str(clip), str(output), codec="x264", preset="ultrafast", goal=goal, settings=dict(settings))


def key_of(request: JobRequest) -> PointKey:
    opened = open_order(request)
    opened.clip.close()
    return PointKey(opened)


def test_weights_that_are_others_make_other_points():
    sevc = registry.codec("sevc")
    shipped = version_of(sevc, "light")
    assert ", weights " in shipped
    assert "weights" not in version_of(registry.codec("nvrc"), "light")
    own = imported_folder("light")
    own.mkdir(parents=True)
    for name in (INTRA_FILE, INTER_FILE):
        (own / name).write_bytes(b"learned longer")
    assert version_of(sevc, "light") != shipped


def test_every_finished_job_is_a_point_that_outlives_it(store: JobStore, clip_path: Path, tmp_path: Path):
    request = ordered(clip_path, tmp_path / "out.mkv")
    job = store.add(request).id
    assert JobRun(store, job, lambda message: None).run().state is JobState.DONE
    store.remove(job)
    with RdLibrary() as library:
        point = library.find(key_of(request))
        assert point is not None
        assert library.of_clip(fingerprint(clip_path)) == (point,)
        assert library.of_clip("another") == ()
    found = measure(open_video(clip_path), open_video(tmp_path / "out.mkv"))
    assert (point.mean, point.per_frame, point.bpp) == (found.mean, found.per_frame, found.bpp)
    assert (point.curve, point.setting, point.conventional) == ("x264 ultrafast", "crf 30", True)
    assert (point.bytes, point.clip_name) == ((tmp_path / "out.mkv").stat().st_size, "clip.y4m")
    assert "libavcodec" in point.version
    assert point.seconds > 0


def test_an_encode_is_known_again_whatever_its_files_are_called(clip_path: Path, tmp_path: Path):
    first = key_of(ordered(clip_path, tmp_path / "a.mkv"))
    copied = tmp_path / "copy.y4m"
    copied.write_bytes(clip_path.read_bytes())
    assert vars(key_of(ordered(copied, tmp_path / "b.mp4"))) == vars(first)
    assert vars(key_of(ordered(clip_path, tmp_path / "a.mkv", threads="1"))) == vars(first), "the default, by hand"
    for other in (
        ordered(clip_path, tmp_path / "a.mkv", 31),
        ordered(clip_path, tmp_path / "a.mkv", rate_control="qp"),
        replace(ordered(clip_path, tmp_path / "a.mkv"), preset="fast"),
        replace(ordered(clip_path, tmp_path / "a.mkv"), stop=4),
        replace(ordered(clip_path, tmp_path / "a.mkv"), codec="x265"),
    ):
        assert vars(key_of(other)) != vars(first)


def test_fingerprints_tell_sources_apart(clip_path: Path, tmp_path: Path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "1.png").write_bytes(b"one")
    before = fingerprint(folder)
    (folder / "2.png").write_bytes(b"two")
    raw = RawSpec(32, 16)
    prints = {before, fingerprint(folder), fingerprint(clip_path), fingerprint(clip_path, raw)}
    assert len(prints) == 4
    with pytest.raises(ClipError, match="cannot be read"):
        fingerprint(tmp_path / "none.mkv")


def test_points_make_curves_that_rise_in_rate_learned_codecs_first(store: JobStore, clip_path: Path, tmp_path: Path):
    for quality in (20, 40):
        job = store.add(ordered(clip_path, tmp_path / f"{quality}.mkv", quality)).id
        JobRun(store, job, lambda message: None).run()
    with RdLibrary() as library:
        points = library.of_clip(fingerprint(clip_path))
    learned = replace(points[0], codec="nvrc", conventional=False)
    first, second = curves_of([*points, learned])
    assert [first.title, second.title] == ["nvrc ultrafast", "x264 ultrafast"]
    assert [point.setting for point in second.points] == ["crf 40", "crf 20"]
    rates = [rate for rate, _ in second.levels("psnr_y")]
    assert rates == sorted(rates)
    assert second.levels("ssim", per_second=True)[0] == (
        second.points[0].kbps,
        similarity_db(second.points[0].mean.ssim or 0),
    )
    assert RdCurve("", points).levels("vmaf") == []


def test_a_list_of_an_earlier_version_gets_the_library() -> None:
    database = sqlite3.connect(places.database())
    MIGRATIONS[0](database)
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()
    with JobStore() as store, RdLibrary() as library:
        assert store.all() == ()
        assert library.of_clip("any") == ()
