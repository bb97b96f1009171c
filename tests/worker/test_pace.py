"""However much there is to say, GitHub never hears more than it asked for."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.worker.pace import Pace, panel_pause
from tests.storage.kit import at

PAUSES = st.lists(st.floats(0, 900, allow_nan=False) | st.just(0.0), min_size=1, max_size=1500)


@given(PAUSES)
def test_no_window_holds_more_writes_than_github_allows(pauses: list[float]) -> None:
    pace, now, written = Pace(), at(0), []
    for pause in pauses:
        now = pace.next_write(1, now + timedelta(seconds=pause))
        pace.wrote(1, now)
        written.append(now)
    for n, moment in enumerate(written):
        if n >= 1:
            assert moment - written[n - 1] >= timedelta(seconds=1)
        if n >= 80:
            assert moment - written[n - 80] >= timedelta(minutes=1)
        if n >= 500:
            assert moment - written[n - 500] >= timedelta(hours=1)


def test_a_burst_of_a_thousand_takes_two_hours() -> None:
    pace, now = Pace(), at(0)
    for _ in range(1001):
        now = pace.next_write(1, now)
        pace.wrote(1, now)
    assert timedelta(hours=2) <= now - at(0) < timedelta(hours=2, minutes=1)


def test_who_wrote_nothing_lately_writes_at_once() -> None:
    pace = Pace()
    assert pace.next_write(1, at(0)) == at(0)
    pace.wrote(1, at(0))
    assert pace.next_write(1, at(5)) == at(5)


def test_installations_do_not_wait_for_each_other() -> None:
    pace = Pace()
    for second in range(80):
        pace.wrote(1, at(second / 100))
    assert pace.next_write(2, at(1)) == at(1)


def test_old_writes_are_forgotten() -> None:
    pace = Pace()
    for hour in range(50):
        pace.next_write(1, at(hours=hour))
        pace.wrote(1, at(hours=hour))
    assert len(pace.writes[1]) <= 2


@given(st.integers(0, 10_000))
def test_a_panel_rests_eleven_seconds_and_longer_among_many(waiting: int) -> None:
    assert panel_pause(waiting) == timedelta(seconds=max(11, 2 * waiting))
