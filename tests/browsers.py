"""The browser that tests and pictures look with."""

from pathlib import Path

# The shell draws pages and no window around them: half the processor time of the other.
KNOWN = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
CHROMIUM = next((path for path in KNOWN if path.exists()), None)
