"""What timestamp.txt may say: understood, or refused by name."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest

from proctor.submission.timestamp import NO_ZONE, TimeError, read_time

HALF_PAST_SEVEN = datetime(2024, 3, 1, 19, 30, tzinfo=UTC)

# Each of them is 19:30 UTC on the first of March.
SAME_TIME = [
    "2024-03-01 19:30:00 UTC",
    "2024-03-01 19:30:00.000000 UTC",
    "2024-03-01 21:30:00 +0200",
    "2024-03-01 21:30:00 +02:00",
    "2024-03-01 21:30:00+02",
    "2024-03-01T21:30:00+02:00",
    "2024-03-01T19:30Z",
    "2024-03-01 14:30:00 -0500",
    "2024-03-02 01:00:00 +05:30",
    "2024-03-01T19:30:00.000Z",
    "Fri, 01 Mar 2024 21:30:00 +0200",
    "Friday, 1 March 2024 19:30 GMT",
    "2024-03-01 20:30:00 CET",
    "2024-03-01 21:30:00 CEST",
    "2024-03-01 21:30:00 MESZ",
    "2024-03-01 14:30:00 EST",
    "2024-03-01 11:30:00 PST",
    "2024-03-01 20:30:00 Europe/Berlin",
    "2024-03-01 14:30:00 America/New_York",
    "2024-03-01 21:30:00 UTC+2",
    "2024-03-01 20:30:00 GMT+1",
    "2024-03-01 17:30:00 UTC-02:00",
    "Fri Mar  1 20:30:00 CET 2024",
    "Fri Mar  1 07:30:00 PM UTC 2024",
    "Fri Mar 1 21:30:00 2024 +0200",
    "March 1, 2024 7:30 PM UTC",
    "2024-03-01 19:30:00Z",
    "1709321400",
    "1709321400.0",
    "01.03.2024 20:30 MEZ",
    "3/1/2024 7:30 PM UTC",
    "3/1/2024, 7:30:00 p.m. UTC",
    "2024/03/01 19:30 UTC",
]
WITHOUT_ZONE = [
    "2024-03-01 19:30:00",
    "2024-03-01T19:30",
    "01.03.2024 19:30",
    "3/1/2024 7:30 PM",
    "Fri Mar  1 19:30:00 2024",
]
REFUSED = {
    "2024-03-02 01:00:00 IST": "the time zone IST",
    "2024-03-01 19:30:00 CST": "the time zone CST",
    "2024-03-01 20:30:00 BST": "the time zone BST",
    "2024-03-01 20:30:00 Europe/Berlinn": "the time zone Europe/Berlinn",
    "2024-03-01 20:30:00 local time": "the time zone local time",
    "2024-03-01 20:30:00 +9900": "the time zone +9900",
    "2024-03-01 20:30:00 ../../etc/passwd": "the time zone ../../etc/passwd",
    "2024-03-01 20:30:00 zoneinfo/../UTC": "the time zone zoneinfo/../UTC",
    "3/1/2024 19:30": "3/1/2024, where day and month",
    "2024-03-01": "no time of day",
    "01.03.2024": "no time of day",
    "2024-02-30 10:00 UTC": "does not contain a time",
    "2024-03-01 25:00 UTC": "does not contain a time",
    "2024-03-01 13:00 PM UTC": "does not contain a time",
    "0000-01-01 10:00 UTC": "does not contain a time",
    "0001-01-01 00:00:00 +1400": "does not contain a time",
    "9999-12-31 23:59:59 -1400": "does not contain a time",
    "yesterday": "does not contain a time",
    "1 Foo 2024 10:00": "does not contain a time",
    "9" * 2_000_000: "does not contain a time",
    "99999999999999": "does not contain a time",
}


def said(text: str) -> tuple[datetime, str]:
    found = read_time(text.encode())
    assert found is not None
    return found


@pytest.mark.parametrize("text", SAME_TIME)
def test_a_time_is_understood(text: str) -> None:
    assert said(text) == (HALF_PAST_SEVEN, "")


@pytest.mark.parametrize("text", WITHOUT_ZONE)
def test_a_time_without_a_zone_is_taken_for_utc_with_a_note(text: str) -> None:
    assert said(text) == (HALF_PAST_SEVEN, NO_ZONE)


@pytest.mark.parametrize(("text", "words"), REFUSED.items(), ids=lambda text: text[:40])
def test_a_time_that_is_not_clear_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(TimeError, match=words.replace("+", r"\+")):
        read_time(text.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf2024-03-01 19:30:00 UTC\r\n",
        "2024-03-01 19:30:00 UTC\r\n".encode("utf-16"),
        b"\xfe\xff" + "2024-03-01 19:30:00 UTC".encode("utf-16-be"),
        b"2024-03-01 19:30:00 UTC\r\n",
        b"\n  2024-03-01\t19:30:00   UTC ",
    ],
)
def test_however_the_file_was_written(data: bytes) -> None:
    assert read_time(data) == (HALF_PAST_SEVEN, "")


def test_what_is_no_text_is_refused() -> None:
    for data in (b"\xff\xfe\x00", b"\xc3\x28", b"2024-03-01 19:30:00 UTC\0"):
        with pytest.raises(TimeError):
            read_time(data)
    assert read_time(b" \r\n") is None


def test_fractions_are_kept_as_nbgrader_writes_them() -> None:
    found = read_time(b"2015-02-02 15:58:23.948203 America/Los_Angeles")
    assert found is not None
    assert found.written() == b"2015-02-02 23:58:23.948203 UTC"


def test_the_machines_own_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "IST-5:30")
    time.tzset()
    try:
        assert said("2024-03-01 19:30:00") == (HALF_PAST_SEVEN, NO_ZONE)
        with pytest.raises(TimeError):
            read_time(b"2024-03-02 01:00:00 IST")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != "IST-5:30"
