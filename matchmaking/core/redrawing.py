"""A stranger's picture, drawn anew in a child process with little memory and time.

``python -m matchmaking.core.redrawing JPEG`` takes a picture on standard input and writes one of the same
format, upright, without metadata, no larger than a screen shows. It imports nothing of Django: see
:mod:`matchmaking.core.uploads`, which starts it and reads :class:`Outcome` from its exit code.
"""

import io
import resource
import sys
from enum import IntEnum

from PIL import Image, ImageOps

MEMORY = 640 * 1024 * 1024
CPU_SECONDS = 10
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3_000  # pixels; a drawing stays readable, and more no screen shows
# Formats whose pictures have to be decoded whole: a header of 38 bytes may stand for 50 million pixels.
MOST_PIXELS_WHOLE = 26_000_000


class Outcome(IntEnum):
    """The child's exit codes."""

    DRAWN = 0
    UNREADABLE = 10
    TOO_LARGE = 11


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # At the first limit comes SIGXCPU, a second later SIGKILL, which nothing catches.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    # A core dump would put a stranger's picture on our disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def redraw(data: bytes, form: str) -> tuple[Outcome, bytes]:
    """Return the picture anew, or why not."""
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as picture:
            # Both come from the header: no pixel is decoded before this.
            most = MOST_PIXELS if form == "JPEG" else MOST_PIXELS_WHOLE
            if picture.width * picture.height > most:
                return Outcome.TOO_LARGE, b""
            if form == "JPEG":
                picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            keeps_mode = upright.mode in {"L", "RGB"} or form != "JPEG"
            clean = upright.copy() if keeps_mode else upright.convert("RGB")
        clean.info = {}
        out = io.BytesIO()
        clean.save(out, form)
    except Image.DecompressionBombError:
        return Outcome.TOO_LARGE, b""
    except (MemoryError, OverflowError):
        return Outcome.TOO_LARGE, b""
    # Pillow's readers raise many kinds for files that are made up; here nothing else can be broken.
    except Exception:  # noqa: BLE001
        return Outcome.UNREADABLE, b""
    return Outcome.DRAWN, out.getvalue()


def main() -> None:
    limit_resources()
    outcome, drawn = redraw(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    sys.exit(outcome)


if __name__ == "__main__":
    main()
