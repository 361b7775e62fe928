"""Time zones by the places that people know, with their distance from UTC."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

# Where shoes are made, bought and sold. Of places that share their clock all year one stands here.
PLACES = {
    "Asia/Shanghai": _("Beijing, Shanghai"),
    "Asia/Hong_Kong": _("Hong Kong, Macao"),
    "Asia/Taipei": _("Taipei"),
    "Asia/Urumqi": _("Ürümqi (local time)"),
    "Asia/Singapore": _("Singapore, Kuala Lumpur"),
    "Asia/Manila": _("Manila"),
    "Australia/Perth": _("Perth"),
    "Asia/Tokyo": _("Tokyo"),
    "Asia/Seoul": _("Seoul"),
    "Australia/Adelaide": _("Adelaide"),
    "Australia/Brisbane": _("Brisbane"),
    "Australia/Sydney": _("Sydney, Melbourne"),
    "Pacific/Auckland": _("Auckland"),
    "Asia/Bangkok": _("Bangkok, Phnom Penh"),
    "Asia/Ho_Chi_Minh": _("Ho Chi Minh City, Hanoi"),
    "Asia/Jakarta": _("Jakarta"),
    "Asia/Yangon": _("Yangon"),
    "Asia/Dhaka": _("Dhaka"),
    "Asia/Almaty": _("Almaty"),
    "Asia/Kathmandu": _("Kathmandu"),
    "Asia/Kolkata": _("Delhi, Mumbai, Chennai"),
    "Asia/Colombo": _("Colombo"),
    "Asia/Karachi": _("Karachi"),
    "Asia/Tashkent": _("Tashkent"),
    "Asia/Kabul": _("Kabul"),
    "Asia/Dubai": _("Dubai"),
    "Asia/Tbilisi": _("Tbilisi"),
    "Asia/Tehran": _("Tehran"),
    "Asia/Riyadh": _("Riyadh, Kuwait"),
    "Africa/Addis_Ababa": _("Addis Ababa"),
    "Africa/Nairobi": _("Nairobi"),
    "Europe/Istanbul": _("Istanbul"),
    "Europe/Moscow": _("Moscow"),
    "Africa/Cairo": _("Cairo"),
    "Africa/Johannesburg": _("Johannesburg"),
    "Asia/Jerusalem": _("Jerusalem, Tel Aviv"),
    "Europe/Athens": _("Athens"),
    "Europe/Bucharest": _("Bucharest"),
    "Europe/Helsinki": _("Helsinki"),
    "Europe/Kyiv": _("Kyiv"),
    "Europe/Amsterdam": _("Amsterdam"),
    "Europe/Berlin": _("Berlin"),
    "Europe/Brussels": _("Brussels"),
    "Europe/Copenhagen": _("Copenhagen"),
    "Europe/Madrid": _("Madrid, Barcelona"),
    "Europe/Oslo": _("Oslo"),
    "Europe/Paris": _("Paris"),
    "Europe/Prague": _("Prague"),
    "Europe/Rome": _("Rome, Milan"),
    "Europe/Stockholm": _("Stockholm"),
    "Europe/Vienna": _("Vienna"),
    "Europe/Warsaw": _("Warsaw"),
    "Europe/Zurich": _("Zurich"),
    "Africa/Algiers": _("Algiers"),
    "Africa/Casablanca": _("Casablanca"),
    "Africa/Lagos": _("Lagos"),
    "Africa/Tunis": _("Tunis"),
    "Europe/Dublin": _("Dublin"),
    "Europe/Lisbon": _("Lisbon, Porto"),
    "Europe/London": _("London"),
    "Africa/Accra": _("Accra"),
    "Atlantic/Azores": _("Azores"),
    "America/Argentina/Buenos_Aires": _("Buenos Aires"),
    "America/Sao_Paulo": _("São Paulo"),
    "America/Halifax": _("Halifax"),
    "America/Santiago": _("Santiago"),
    "America/Caracas": _("Caracas"),
    "America/Bogota": _("Bogotá"),
    "America/Lima": _("Lima"),
    "America/Panama": _("Panama"),
    "America/New_York": _("New York, Boston"),
    "America/Toronto": _("Toronto"),
    "America/Chicago": _("Chicago, Dallas"),
    "America/Mexico_City": _("Mexico City, León"),
    "America/Denver": _("Denver"),
    "America/Los_Angeles": _("Los Angeles, Portland"),
    "America/Vancouver": _("Vancouver"),
    "America/Anchorage": _("Anchorage"),
    "Pacific/Honolulu": _("Honolulu"),
    "UTC": _("World time"),
}


def choices(at: dt.datetime, present: str) -> list[tuple[str, str]]:
    """Return the zones from east to west, China first; ``present`` is among them, known or not."""
    zones = [*PLACES, *([present] if present and present not in PLACES else [])]
    first, *rest = zones
    rest.sort(key=lambda zone: -_offset(zone, at))
    return [
        (zone, f"UTC{_written(_offset(zone, at))} · {PLACES.get(zone, zone)}")
        for zone in [first, *rest]
    ]


def _offset(zone: str, at: dt.datetime) -> int:
    """Return the minutes by which the zone's clocks are ahead of UTC at that moment."""
    ahead = at.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
    return round(ahead.total_seconds() / 60)


def _written(minutes: int) -> str:
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'+' if minutes > 0 else '−'}{hours}{f':{rest:02d}' if rest else ''}"
