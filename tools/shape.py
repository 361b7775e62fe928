"""Figures of the code's shape, area by area: ``python3 tools/shape.py``. They are watched, not judged.

Reads the tree as text, without migrations and tests. Areas and their order are those of the
contract "areas" in pyproject.toml, so that a new area counts without a change here. The columns:

thin      one-line docstrings on bodies of three lines or fewer
#         share of lines that hold nothing but a comment
asks      module docstrings that begin like a question (What, Who, How, Where, Which, When)
lines     lines of code and documents, and of the median module that has any
longest   the longest function, in lines, and the length that nine of ten stay within
layers    share of lines in files, or folders, that are named after a layer
outside   files of other areas below and of the site's frame that name the area
"""

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
FRAME = ("pyproject.toml", "Makefile", "matchmaking/*.py", "manage.py", "docker-compose.yml")
LAYERS = frozenset(
    {
        *("states", "models", "rules", "queries", "services", "forms", "serializers", "views"),
        *("api", "api_urls", "tasks", "handlers", "emails", "admin", "urls", "apps"),
        *("management", "middleware", "templatetags"),
    }
)
QUESTIONS = frozenset({"What", "Who", "How", "Where", "Which", "When"})
THIN_BODY = 3  # lines


@dataclass
class Shape:
    """What was counted in one area."""

    thin: int = 0
    comments: int = 0
    asks: int = 0
    layered: int = 0
    modules: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)

    def add(self, path: Path, area: Path) -> None:
        text = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(text), len(text.splitlines())
        self.comments += count_comment_lines(text)
        self.asks += begins_like_a_question(tree)
        names = {part.removesuffix(".py") for part in path.relative_to(area).parts}
        self.layered += lines if names & LAYERS else 0
        if lines:
            self.modules.append(lines)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.append((node.end_lineno or node.lineno) - node.lineno + 1)
                self.thin += has_thin_docstring(node)

    def row(self) -> list[str]:
        lines = sum(self.modules)
        tenth = quantiles(self.functions, n=10)[-1] if len(self.functions) > 1 else 0
        return [
            str(self.thin),
            f"{share(self.comments, lines):.1f} %",
            f"{self.asks} of {len(self.modules)}",
            f"{lines}, {median(self.modules or [0]):.0f}",
            f"{max(self.functions, default=0)}, {tenth:.0f}",
            f"{share(self.layered, lines):.1f} %",
        ]


def areas() -> list[str]:
    """Return the folders of the areas from the floor up; an area must not know those above it.

    Packages that the contract leaves out stand on their own, and are counted as the lowest.
    """
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["id"] == "areas")
    layered = [
        name.strip(" ()").replace(".", "/")
        for layer in reversed(layers)
        for name in re.split(r"[|:]", layer)
    ]
    alone = sorted(
        f"matchmaking/{path.name}"
        for path in (ROOT / "matchmaking").iterdir()
        if any(path.glob("*.py")) and any(one.stat().st_size for one in modules_of(path))
    )
    known = [one for one in layered if (ROOT / one).is_dir()]
    return [*(one for one in alone if one not in known), *known]


def count_comment_lines(text: str) -> int:
    """Count the lines that hold nothing but a comment; a ``#`` within a string is none."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(
        token.type == tokenize.COMMENT and token.line.lstrip().startswith("#") for token in tokens
    )


def share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0


def begins_like_a_question(tree: ast.Module) -> bool:
    words = (ast.get_docstring(tree) or "").split(None, 1)
    return bool(words) and words[0].rstrip(",:") in QUESTIONS


def has_thin_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    document = ast.get_docstring(node)
    if not document or "\n" in document or len(node.body) == 1:
        return False
    return (node.body[-1].end_lineno or 0) - node.body[1].lineno < THIN_BODY


def modules_of(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def named_outside(area: str, below: Sequence[str]) -> int:
    """Return how many files of the areas ``below`` and of the frame name ``area``."""
    dotted = re.compile(rf"\b{area.replace('/', '[./]')}\b")
    paths = [path for one in below for path in modules_of(ROOT / one)]
    paths += [path for pattern in FRAME for path in ROOT.glob(pattern)]
    return sum(bool(dotted.search(path.read_text(encoding="utf-8"))) for path in paths)


def table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def main() -> None:
    rows = [["area", "thin", "#", "asks", "lines", "longest", "layers", "outside"]]
    whole = Shape()
    found = areas()
    for place, area in enumerate(found):
        shape = Shape()
        for path in modules_of(ROOT / area):
            shape.add(path, ROOT / area)
            whole.add(path, ROOT / area)
        rows.append([area, *shape.row(), str(named_outside(area, found[:place]))])
    rows.append(["all", *whole.row(), ""])
    sys.stdout.write(f"{table(rows)}\n")


if __name__ == "__main__":
    main()
