"""Time to read a message, and texts that are made to take long; processor time, in milliseconds.

    python -m benchmarks.read_text_time

The goals are 5 ms a message and 100 ms for anything of 100 kB or a million digits.
"""

import datetime as dt
import random
import statistics
import sys
import time

from benchmarks.read_text import DEFAULT, read_cases
from matchmaking.listings.free_text.messages import read_message
from matchmaking.listings.free_text.vocabulary import shipped

TODAY = dt.date(2026, 11, 30)
MESSAGE_GOAL_MS, HOSTILE_GOAL_MS = 5, 100
LENGTH = 100_000
_rng = random.Random(22)
HOSTILE = {
    "a million digits": "1" * 1_000_000,
    "letters": "a" * LENGTH,
    "capital letters": "A" * LENGTH,
    "names": "Abcd Efgh, " * (LENGTH // 11),
    "Chinese digits": "一" * LENGTH,
    "blanks": " " * LENGTH,
    "lines of a list": "".join(f"{number}. 跑鞋2万双\n" for number in range(1, 6000)),
    "circled posts": "①跑鞋2万双②拖鞋3万双" * (LENGTH // 12),
    "figures and points": "1." * (LENGTH // 2),
    "figures and dashes": "1-" * (LENGTH // 2),
    "slashes": "3/20/" * (LENGTH // 5),
    "days": "3月20 " * (LENGTH // 5),
    "words of the trade": "跑鞋" * (LENGTH // 2),
    "beginnings of firms": "有限" * (LENGTH // 2),
    "beginnings of mail": "a.b@" * (LENGTH // 4),
    "beginnings of phones": "138 " * (LENGTH // 4),
    "brackets": "(" * LENGTH,
    "rows of sizes": "36 37 38\n500 600 700\n" * (LENGTH // 21),
    "lots": "分3批 首批3.10 " * (LENGTH // 12),
    "plus signs": "+1 " * (LENGTH // 3),
    "the same order again": "跑鞋2万双50元3月底前莆田的厂 " * (LENGTH // 18),
    "numbers": " ".join(str(_rng.randrange(1, 99_999)) for _ in range(LENGTH // 5)),
    "every script": "".join(chr(_rng.randrange(32, 0x30000)) for _ in range(LENGTH)),
    "every Chinese sign": "".join(chr(_rng.randrange(0x4E00, 0x9FFF)) for _ in range(LENGTH)),
}


def milliseconds(text: str, today: dt.date) -> float:
    started = time.process_time()
    read_message(text, today, shipped())
    return (time.process_time() - started) * 1000


def main() -> int:
    """Print both tables; return 1 when a goal is missed."""
    cases = [case for path in DEFAULT for case in read_cases(path)]
    shipped()
    took = [milliseconds(case["text"], dt.date.fromisoformat(case["today"])) for case in cases]
    print(f"{len(took)} messages: mean {statistics.mean(took):.2f} ms, worst {max(took):.2f} ms")
    slowest = 0.0
    for name, text in HOSTILE.items():
        one = min(milliseconds(text, TODAY) for _ in range(3))
        slowest = max(slowest, one)
        print(f"{name:24} {len(text):>9,} characters {one:7.1f} ms")
    return int(statistics.mean(took) > MESSAGE_GOAL_MS or slowest > HOSTILE_GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
