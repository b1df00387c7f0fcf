"""When a submission was handed in: what timestamp.txt says, in UTC, or why that is not clear.

nbgrader writes "2024-03-01 19:30:00.123456 UTC". Tools and people write much else, which its parser
of dates misreads: "+0200" after a space is a time of day to it, and PST is UTC. So what is not
understood for sure counts as no time at all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

# In bytes; as much as any program writes.
LONGEST_TIME = 200

NO_TIME = "timestamp.txt does not contain a time that can be read: write 2024-03-01 19:30:00 UTC"
NO_HOUR = "timestamp.txt contains no time of day: write 2024-03-01 19:30:00 UTC"
WHICH_DAY = (
    "timestamp.txt says {date}, where day and month may be either way round: "
    "write 2024-03-01 19:30:00 UTC"
)
WHICH_ZONE = (
    "timestamp.txt names the time zone {name}, which is not known or not the same everywhere: "
    "write UTC, an offset such as +02:00, or a city such as Europe/Berlin"
)
NO_ZONE = "timestamp.txt names no time zone: taken for UTC"

# By hours from UTC. Those that mean different zones in different countries are left out, such as
# IST, CST and BST.
HOURS: dict[str, float] = {
    **dict.fromkeys(["UTC", "UT", "GMT", "Z", "ZULU", "WET"], 0),
    **dict.fromkeys(["CET", "MEZ", "WEST"], 1),
    **dict.fromkeys(["CEST", "MESZ", "EET"], 2),
    **dict.fromkeys(["EEST", "MSK"], 3),
    **dict.fromkeys(["EDT"], -4),
    **dict.fromkeys(["EST"], -5),
    **dict.fromkeys(["MDT"], -6),
    **dict.fromkeys(["MST", "PDT"], -7),
    **dict.fromkeys(["PST", "AKDT"], -8),
    **{"AKST": -9, "HST": -10, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9},
    **{"ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13},
}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"

_DAY_NAME = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
)
_MONTH = r"(?P<name>[a-z]{3})[a-z]*\.?"
_ZONE = r" ?(?P<zone>\S*(?: \S+)?)"
FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)(?:[T ]|, ){_TIME}{_ZONE}",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),? {_TIME}{_ZONE}",
        rf"(?P<first>\d{{1,2}})/(?P<other>\d{{1,2}})/(?P<year>\d{{4}}),? {_TIME}{_ZONE}",
        # As mail, git and `date` in its older and newer form write it.
        rf"{_DAY_NAME}(?P<day>\d{{1,2}}) {_MONTH} (?P<year>\d{{4}}),? {_TIME}{_ZONE}",
        rf"{_DAY_NAME}{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}),? {_TIME}{_ZONE}",
        rf"{_DAY_NAME}{_MONTH} (?P<day>\d{{1,2}}) {_TIME} (?P<year>\d{{4}}){_ZONE}",
        rf"{_DAY_NAME}{_MONTH} (?P<day>\d{{1,2}}) {_TIME} (?P<zone>[\w+/:-]*?) ?(?P<year>\d{{4}})",
    )
]
DATE_ALONE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}")
SECONDS = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
CITY = re.compile(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}")


class TimeError(ValueError):
    """The time is not clear; the text says why."""


class HandedIn(NamedTuple):
    """When a submission was handed in, and what a person should know about how that was read."""

    time: datetime
    note: str = ""

    def written(self) -> bytes:
        """Return it as nbgrader writes and reads it."""
        return self.time.strftime("%Y-%m-%d %H:%M:%S.%f UTC").encode()


def read_time(data: bytes) -> HandedIn | None:
    """Return when a submission was handed in; None if the file is empty.

    Raises
    ------
    TimeError
        If that is not clear.
    """
    try:
        if len(data) > LONGEST_TIME:
            raise TimeError(NO_TIME)
        text = " ".join(decoded(data).split())
        return parse(text) if text else None
    except TimeError:
        raise
    except (ValueError, OverflowError) as error:  # no such day, or no text
        raise TimeError(NO_TIME) from error


def decoded(data: bytes) -> str:
    """Return the text of a file, which may have been written by a Windows program."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if wide else "utf-8-sig")


def parse(text: str) -> HandedIn:
    """Return the time that a line of text states."""
    if SECONDS.fullmatch(text):
        return HandedIn(datetime.fromtimestamp(float(text), UTC))
    if DATE_ALONE.fullmatch(text):
        raise TimeError(NO_HOUR)
    found = next(filter(None, (form.fullmatch(text) for form in FORMS)), None)
    if found is None:
        raise TimeError(NO_TIME)
    parts = {name: value for name, value in found.groupdict().items() if value}
    month, day = date_of(parts)
    hour = int(parts["hour"])
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise TimeError(NO_TIME)
        hour = hour % 12 + 12 * (half.lower() == "p")
    second, part = int(parts.get("second", 0)), int(parts.get("part", "0").ljust(9, "0")) // 1000
    when = datetime(int(parts["year"]), month, day, hour, int(parts["minute"]), second, part)
    zone = zone_of(parts.get("zone", ""))
    return HandedIn(when.replace(tzinfo=zone or UTC).astimezone(UTC), "" if zone else NO_ZONE)


def date_of(parts: dict[str, str]) -> tuple[int, int]:
    """Return month and day."""
    if "name" in parts:
        place = MONTHS.find(parts["name"].lower())
        if place < 0:
            raise TimeError(NO_TIME)
        return place // 4 + 1, int(parts["day"])
    if "first" not in parts:
        return int(parts["month"]), int(parts["day"])
    first, other = int(parts["first"]), int(parts["other"])
    # With a.m. and p.m. it is American.
    if "half" in parts or other > 12 or first == other:
        return first, other
    if first > 12:
        return other, first
    raise TimeError(WHICH_DAY.format(date=f"{first}/{other}/{parts['year']}"))


def zone_of(name: str) -> tzinfo | None:
    """Return a time zone; None if no name is given."""
    if not name:
        return None
    if offset := OFFSET.fullmatch(name):
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if length <= timedelta(hours=14):
            return timezone(-length if offset[1] == "-" else length)
    elif name.upper() in HOURS:
        return timezone(timedelta(hours=HOURS[name.upper()]))
    elif CITY.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    raise TimeError(WHICH_ZONE.format(name=name[:50]))
