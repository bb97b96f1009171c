"""When does a month begin and end, in a project's time zone?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import NoMonth, after, before, in_words, month_of, read_month, span

ZONES = ("UTC", "Europe/Paris", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu")
MONTHS = st.builds("{:04d}-{:02d}".format, st.integers(1990, 2090), st.integers(1, 12))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
TICK = timedelta(microseconds=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("month", "zone", "begins_at", "ends_at"),
    [
        ("2026-10", "UTC", utc(2026, 10, 1), utc(2026, 11, 1)),
        # The clocks go back on 25 October: summer time at the one end, winter time at the other.
        ("2026-10", "Europe/Paris", utc(2026, 9, 30, 22), utc(2026, 10, 31, 23)),
        ("2026-03", "Europe/Paris", utc(2026, 2, 28, 23), utc(2026, 3, 31, 22)),
        # Ahead of UTC by 13 hours in southern summer, by 12 in winter.
        ("2026-04", "Pacific/Auckland", utc(2026, 3, 31, 11), utc(2026, 4, 30, 12)),
        ("2026-12", "Pacific/Auckland", utc(2026, 11, 30, 11), utc(2026, 12, 31, 11)),
        # Behind UTC by three and a half hours, or two and a half.
        ("2026-11", "America/St_Johns", utc(2026, 11, 1, 2, 30), utc(2026, 12, 1, 3, 30)),
        ("2026-02", "Asia/Kathmandu", utc(2026, 1, 31, 18, 15), utc(2026, 2, 28, 18, 15)),
        ("2028-02", "UTC", utc(2028, 2, 1), utc(2028, 3, 1)),
    ],
)
def test_a_month_has_the_bounds_of_its_time_zone(
    month: str, zone: str, begins_at: datetime, ends_at: datetime
) -> None:
    found = span(month, zone)
    assert (found.month, found.begins_at, found.ends_at) == (month, begins_at, ends_at)
    assert found.begins_at.tzinfo is UTC


@given(month=MONTHS, zone=st.sampled_from(ZONES))
def test_months_are_half_open_and_leave_no_gap(month: str, zone: str) -> None:
    found = span(month, zone)
    assert found.begins_at < found.ends_at
    assert month_of(found.begins_at, zone) == month
    assert month_of(found.ends_at - TICK, zone) == month
    assert month_of(found.begins_at - TICK, zone) == after(month, -1)
    assert month_of(found.ends_at, zone) == after(month)
    assert span(after(month), zone).begins_at == found.ends_at


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_every_moment_lies_in_one_month(moment: datetime, zone: str) -> None:
    found = span(month_of(moment, zone), zone)
    assert found.begins_at <= moment < found.ends_at


def test_the_same_moment_lies_in_different_months_of_the_world() -> None:
    moment = utc(2026, 10, 31, 23, 30)
    assert month_of(moment, "UTC") == "2026-10"
    assert month_of(moment, "America/St_Johns") == "2026-10"
    assert month_of(moment, "Europe/Paris") == "2026-11"
    assert month_of(moment, "Pacific/Auckland") == "2026-11"


def test_december_is_followed_by_january() -> None:
    assert after("2026-12") == "2027-01"
    assert after("2027-01", -1) == "2026-12"
    assert after("2026-10", 27) == "2029-01"
    assert after("2026-10", -22) == "2024-12"
    assert after("2026-10", 0) == "2026-10"


@given(month=MONTHS, by=st.integers(-300, 300))
def test_going_on_and_back_ends_where_it_began(month: str, by: int) -> None:
    assert after(after(month, by), -by) == month
    assert (after(month, by) > month) == (by > 0)


def test_the_months_before_go_back_to_the_first_one_and_no_further() -> None:
    assert before("2026-02", 3, "2020-01") == ("2026-01", "2025-12", "2025-11")
    assert before("2026-02", 12, "2025-12") == ("2026-01", "2025-12")
    assert before("2026-02", 12, "2026-02") == ()
    assert before("2026-02", 12, "") == ()


@pytest.mark.parametrize(
    "typed",
    ["", "2026", "2026-1", "2026-00", "2026-13", "26-10", "2026-10-01", "2026/10", " 2026-10",
     "2026-10\n", "0026-10", "-026-10", "２０２６-10", "2026-1０", "October 2026"],
)  # fmt: skip
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(NoMonth):
        read_month(typed)


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: str) -> None:
    assert read_month(month) == month


def test_a_month_is_named_in_words_whatever_the_machine_speaks() -> None:
    assert in_words("2026-10") == "October 2026"
    assert [in_words(f"2026-{n:02}").split()[0][:3] for n in range(1, 13)] == (
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - easier to read
    )
