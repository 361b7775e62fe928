"""The process that answers questions about breaks, a line each: see ``racing``.

Arguments: the number of the variant, and the process that asks. In: the instance as JSON, then
budgets as JSON. Out: for each budget the slots as JSON, or null with the solver's proof.
"""

import ctypes
import json
import os
import signal
import sys

from matchmaking.engine.schedule.encoding import VARIANTS, Question
from matchmaking.engine.schedule.instance import Instance

_PR_SET_PDEATHSIG = 1


def main(variant: int, asking: int) -> None:
    if sys.platform == "linux":
        # A solver deep in its search reads no pipe: without this it outlives a killed worker.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != asking:
            return
    instance = Instance.from_json(sys.stdin.readline())
    for line in sys.stdin:
        answer = Question(instance, json.loads(line), VARIANTS[variant]).answer()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
