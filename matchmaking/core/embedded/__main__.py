"""``python -m matchmaking.core.embedded exec -- COMMAND``: run COMMAND on throw-away servers."""

import argparse
import sys

from matchmaking.core.embedded.processes import ServiceError
from matchmaking.core.embedded.throwaway import run


def main() -> int:
    """Read the command line and run it; return the command's exit code."""
    parser = argparse.ArgumentParser(prog="python -m matchmaking.core.embedded")
    actions = parser.add_subparsers(required=True)
    execute = actions.add_parser("exec", help="run a command on throw-away servers")
    execute.add_argument("command", nargs="+", help="after --")
    try:
        return run(parser.parse_args().command)
    except (ServiceError, OSError) as error:
        sys.stderr.write(f"embedded servers: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
