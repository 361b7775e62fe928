"""``python -m matchmaking.embedded up`` runs the site, ``… exec -- COMMAND`` a command on throw-away servers."""

import argparse
import os
import sys
from pathlib import Path
from signal import SIGTERM

from matchmaking.embedded.launch import Launch
from matchmaking.embedded.processes import ServiceError, end_with_parent
from matchmaking.embedded.supervisor import Hurry, Stopped
from matchmaking.embedded.throwaway import run

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Do what the command line says; return the exit code. What is in the way is told in one line."""
    arguments = read_arguments()
    try:
        if "command" in arguments:
            return run(arguments.command)
        return up(arguments)
    except ServiceError as error:
        reason = str(error)
    except OSError as error:
        reason = f"cannot use {error.filename or 'this machine'}: {error.strerror or error}"
    sys.stderr.write(f"hand-in-hand: {reason}\n")
    return 1


def up(arguments: argparse.Namespace) -> int:
    """Run the whole site until a signal comes; its own end is an error."""
    hurry = Hurry()
    if arguments.end_with_parent:
        end_with_parent(SIGTERM)
    launch = Launch(ROOT, arguments.var.resolve(), port=arguments.port)
    try:
        launch.run(hurry, with_demo=not arguments.no_demo)
    except Stopped:
        sys.stdout.write("Stopped.\n")
    return 0


def read_arguments() -> argparse.Namespace:
    """Return the command line, read."""
    parser = argparse.ArgumentParser(prog="python -m matchmaking.embedded")
    actions = parser.add_subparsers(required=True)
    site = actions.add_parser("up", help="run the whole site on this machine")
    site.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000)
    site.add_argument("--var", type=Path, default=ROOT / "var", help="folder for data and mail")
    site.add_argument("--no-demo", action="store_true", help="start with empty lists")
    site.add_argument("--end-with-parent", action="store_true", help="stop when the caller ends")
    execute = actions.add_parser("exec", help="run a command on throw-away servers")
    execute.add_argument("command", nargs="+", help="after --")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
