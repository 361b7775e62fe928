"""Options from the environment: ``make shots ONLY=matches LANGS=en WIDTHS=360 SCHEMES=dark``."""

import os
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("zh-hans", "en")
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Options:
    """Which of all looks are taken, and where pictures go."""

    only: tuple[str, ...]
    languages: tuple[str, ...]
    widths: tuple[int, ...]
    schemes: tuple[str, ...]
    roles: tuple[str, ...]
    out: Path
    at_once: int

    def wants(self, name, role):
        """Tell whether a page of that name and role is asked for."""
        return (not self.only or any(part in name for part in self.only)) and (
            not self.roles or role in self.roles
        )


def read():
    """Return what the environment asks for; unset means all."""

    def words(name, default=()):
        return tuple(os.environ.get(name, "").replace(",", " ").split()) or tuple(default)

    return Options(
        only=words("ONLY"),
        languages=words("LANGS", LANGUAGES),
        widths=tuple(int(width) for width in words("WIDTHS", map(str, WIDTHS))),
        schemes=words("SCHEMES", SCHEMES),
        roles=words("ROLES"),
        out=Path(os.environ.get("OUT") or ROOT / "var" / "shots"),
        at_once=int(os.environ.get("WORKERS") or 2),
    )
