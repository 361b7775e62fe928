"""The most that a file may hold, and the refusal of one that cannot be taken."""

MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELL = 4_100  # a little above the longest text that a post takes
MAX_UNPACKED = 20 * 1024 * 1024
MAX_PARTS = 500
# Title, header, totals and remarks stand around the rows that count.
SPARE_ROWS = 100


class UnreadableSheet(Exception):
    """The file cannot be taken; ``code`` names why, ``figures`` go into the sentence."""

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


def cell_name(line: int, column: int) -> str:
    """Return the name of a cell as a spreadsheet shows it: ``C5``; ``column`` from 0."""
    return f"{column_name(column)}{line}"


def column_name(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def bounded(lines: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the lines with something in them, without empty cells at their ends.

    :raises UnreadableSheet: for more rows or columns than are taken
    """
    filled: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise UnreadableSheet("too_many_columns", most=MAX_COLUMNS)
        if len(filled) == MAX_ROWS + SPARE_ROWS:
            raise UnreadableSheet("too_many_rows", most=MAX_ROWS)
        filled.append((number, cells))
    return filled
