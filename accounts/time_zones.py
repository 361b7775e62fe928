"""Time zones by the places that people know, with their distance from UTC."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from django.utils.translation import gettext_lazy as _

from matchmaking.core.cldr import reader_locale

# Where shoes are made, bought and sold. One zone for all places that share their clock all year.
ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Urumqi",
    "Asia/Singapore",
    "Asia/Manila",
    "Australia/Perth",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Yangon",
    "Asia/Dhaka",
    "Asia/Almaty",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Colombo",
    "Asia/Karachi",
    "Asia/Tashkent",
    "Asia/Kabul",
    "Asia/Dubai",
    "Asia/Tbilisi",
    "Asia/Tehran",
    "Asia/Riyadh",
    "Africa/Addis_Ababa",
    "Africa/Nairobi",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Asia/Jerusalem",
    "Europe/Athens",
    "Europe/Bucharest",
    "Europe/Helsinki",
    "Europe/Kyiv",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/Brussels",
    "Europe/Copenhagen",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Rome",
    "Europe/Stockholm",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Europe/Zurich",
    "Africa/Algiers",
    "Africa/Casablanca",
    "Africa/Lagos",
    "Africa/Tunis",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/London",
    "Africa/Accra",
    "Atlantic/Azores",
    "America/Argentina/Buenos_Aires",
    "America/Sao_Paulo",
    "America/Halifax",
    "America/Santiago",
    "America/Caracas",
    "America/Bogota",
    "America/Lima",
    "America/Panama",
    "America/New_York",
    "America/Toronto",
    "America/Chicago",
    "America/Mexico_City",
    "America/Denver",
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Anchorage",
    "Pacific/Honolulu",
    "UTC",
)
# CLDR names a zone by one city, and two cities of the trade alike in Chinese.
PLACES = {
    "Asia/Shanghai": _("Beijing, Shanghai"),
    "Asia/Hong_Kong": _("Hong Kong, Macao"),
    "Asia/Urumqi": _("Ürümqi (local time)"),
    "Asia/Singapore": _("Singapore, Kuala Lumpur"),
    "Australia/Sydney": _("Sydney, Melbourne"),
    "Asia/Bangkok": _("Bangkok, Phnom Penh"),
    "Asia/Ho_Chi_Minh": _("Ho Chi Minh City, Hanoi"),
    "Asia/Kolkata": _("Delhi, Mumbai, Chennai"),
    "Asia/Riyadh": _("Riyadh, Kuwait"),
    "Asia/Jerusalem": _("Jerusalem, Tel Aviv"),
    "Europe/Madrid": _("Madrid, Barcelona"),
    "Europe/Rome": _("Rome, Milan"),
    "Europe/Lisbon": _("Lisbon, Porto"),
    "America/Santiago": _("Santiago"),
    "America/Panama": _("Panama"),
    "America/New_York": _("New York, Boston"),
    "America/Chicago": _("Chicago, Dallas"),
    "America/Mexico_City": _("Mexico City, León"),
    "America/Los_Angeles": _("Los Angeles, Portland"),
    "UTC": _("World time"),
}


def choices(at: dt.datetime, present: str) -> list[tuple[str, str]]:
    """Return the zones from east to west, China first; ``present`` is among them, known or not."""
    zones = [*ZONES, *([present] if present and present not in ZONES else [])]
    first, *rest = zones
    rest.sort(key=lambda zone: -_offset(zone, at))
    return [(zone, f"UTC{_written(_offset(zone, at))} · {_place(zone)}") for zone in [first, *rest]]


def _place(zone: str) -> Any:
    named = PLACES.get(zone)
    return named or get_timezone_location(zone, locale=reader_locale(), return_city=True)


def _offset(zone: str, at: dt.datetime) -> int:
    """Return the minutes by which the zone's clocks are ahead of UTC at that moment."""
    ahead = at.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
    return round(ahead.total_seconds() / 60)


def _written(minutes: int) -> str:
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'+' if minutes > 0 else '−'}{hours}{f':{rest:02d}' if rest else ''}"
