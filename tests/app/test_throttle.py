"""The throttle runs the first call at once and of the others the newest."""

from nvc_studio.throttle import Throttle


def test_first_call_runs_at_once_and_only_the_newest_waits(qtbot):
    seen = []
    throttle = Throttle(seen.append, 20)
    for number in range(5):
        throttle(number)
    assert seen == [0]
    assert throttle.pending
    qtbot.waitUntil(lambda: seen == [0, 4])
    assert not throttle.pending


def test_trailing_throttle_waits_for_the_first_call_too(qtbot):
    seen = []
    throttle = Throttle(seen.append, 20, leading=False)
    throttle(1)
    throttle(2)
    assert seen == []
    qtbot.waitUntil(lambda: seen == [2])


def test_flush_runs_what_waits_and_cancel_forgets_it(qtbot):
    seen = []
    throttle = Throttle(seen.append, 60_000)
    throttle(1)
    throttle(2)
    throttle.flush()
    assert seen == [1, 2]
    throttle(3)
    throttle.cancel()
    throttle.flush()
    assert seen == [1, 2]
