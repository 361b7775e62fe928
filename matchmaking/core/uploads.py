"""Files that people send: few kinds, looked into, renamed, without what a camera wrote in.

Nothing sent is served inline: :func:`attachment` is the only way out, after the view has
asked ``visible_to``. No SVG and no HTML: both carry scripts.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from matchmaking.core import redrawing
from matchmaking.core.errors import InvalidInput
from matchmaking.core.text import FORBIDDEN

MAX_BYTES = 10 * 1024 * 1024
MAX_BYTES_TOGETHER = 12 * 1024 * 1024
WALL_SECONDS = 15
WAIT_SECONDS = 15
NAME_LENGTH = 120
MOST_WAITING = 3  # of eight threads: the others stay for pages
_waiting = threading.BoundedSemaphore(MOST_WAITING)
LOCK = Path(tempfile.gettempdir()) / f"hand-in-hand-redrawing-{os.geteuid()}.lock"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what it is called, and how its first bytes look."""

    content_type: str
    suffix: str
    magic: bytes
    at: int = 0
    picture: str = ""


KINDS = (
    FileKind("application/pdf", ".pdf", b"%PDF-"),
    FileKind("image/jpeg", ".jpg", b"\xff\xd8\xff", picture="JPEG"),
    FileKind("image/png", ".png", b"\x89PNG\r\n\x1a\n", picture="PNG"),
    FileKind("image/webp", ".webp", b"WEBP", at=8, picture="WEBP"),
)
ACCEPT = ",".join(kind.content_type for kind in KINDS)


@dataclass(frozen=True, slots=True)
class CleanUpload:
    """A checked file under a random name; ``name`` is what its sender called it."""

    file: ContentFile[bytes]
    name: str
    content_type: str
    size: int


def clean_upload(upload: UploadedFile[Any]) -> CleanUpload:
    """Return the file checked by size, declared type and first bytes.

    Pictures are drawn anew, upright and without EXIF, so nothing hides in them; no larger than a screen shows.

    :raises InvalidInput: with a sentence for the person who sent it
    """
    if not upload.size:
        raise InvalidInput(_("The file is empty."), code="empty")
    if upload.size > MAX_BYTES:
        raise InvalidInput(_("The file is larger than 10 MB."), code="too_large")
    data = upload.read()
    kind = _kind_of(data, upload.content_type or "")
    if kind.picture:
        data = _redrawn(data, kind)
    return CleanUpload(
        ContentFile(data, name=f"{uuid.uuid4().hex}{kind.suffix}"),
        _display_name(upload.name or "", kind),
        kind.content_type,
        len(data),
    )


@contextmanager
def stored_together() -> Iterator[Callable[[FieldFile, CleanUpload], None]]:
    """Yield a function that stores a file in a field; all are deleted where the block fails.

    A transaction takes rows back, not what lies on the disk.
    """
    stored: list[FieldFile] = []

    def store(field: FieldFile, upload: CleanUpload) -> None:
        field.save(upload.file.name or "file", upload.file, save=False)
        stored.append(field)

    try:
        yield store
    # BaseException: a worker that is told to end leaves no orphans either.
    except BaseException:
        for field in stored:
            field.storage.delete(str(field.name))
        raise


def _kind_of(data: bytes, declared: str) -> FileKind:
    if declared.partition(";")[0].strip().lower() in {kind.content_type for kind in KINDS}:
        for kind in KINDS:
            if data[kind.at : kind.at + len(kind.magic)] == kind.magic:
                return kind
    raise InvalidInput(_("Send a PDF, JPEG, PNG or WebP file."), code="wrong_type")


def _redrawn(data: bytes, kind: FileKind) -> bytes:
    """Return the picture drawn anew by a child, one at a time on this machine.

    :raises InvalidInput: when it is too large, no picture, or too many wait
    """
    with _only_one():
        try:
            # A process, not a thread: limits of memory are the process's, and a bomb dies alone. Its
            # environment is empty of our secrets.
            child = subprocess.run(  # noqa: S603 - our own module and a name of ours
                [sys.executable, "-m", redrawing.__name__, kind.picture],
                input=data,
                capture_output=True,
                cwd=settings.BASE_DIR,
                env={"PYTHONPATH": str(settings.BASE_DIR), "LC_ALL": "C.UTF-8"},
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _too_large() from None
    if child.returncode == redrawing.Outcome.UNREADABLE:
        raise InvalidInput(_("The picture cannot be read."), code="unreadable")
    # A negative code is a signal: the kernel's answer to memory or processor time.
    if child.returncode != redrawing.Outcome.DRAWN:
        raise _too_large()
    return child.stdout


@contextmanager
def _only_one() -> Iterator[None]:
    """Let one child of this machine draw; at most two requests of this process wait for it.

    :raises InvalidInput: when others wait already, or for too long
    """
    busy = InvalidInput(
        _("Other pictures are being read just now. Send yours again in a moment."), code="busy"
    )
    if not _waiting.acquire(blocking=False):
        raise busy
    try:
        with LOCK.open("a") as lock:
            _take(lock, busy)
            yield
    finally:
        _waiting.release()


def _take(lock: IO[str], busy: InvalidInput) -> None:
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                raise busy from None
            time.sleep(0.05)
        else:
            return


def _too_large() -> InvalidInput:
    return InvalidInput(
        _("The picture has too many points: send a smaller one, 3,000 on a side are enough."),
        code="too_large",
    )


def _display_name(name: str, kind: FileKind) -> str:
    plain = FORBIDDEN.sub("", unicodedata.normalize("NFC", name)).replace("\\", "/")
    stem = PurePosixPath(plain).stem.strip(" .")[: NAME_LENGTH - len(kind.suffix)]
    return f"{stem or 'file'}{kind.suffix}"


class UploadField(forms.FileField):
    """A form field whose cleaned value is a :class:`CleanUpload`, or None."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("PDF, JPEG, PNG or WebP, up to 10 MB."))
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ACCEPT

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check the file; its errors stand at the field."""
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            return clean_upload(upload)
        except InvalidInput as error:
            raise ValidationError(str(error.message), code=error.code) from error


class _ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files at once; the cleaned value is a list of checked ones."""

    widget = _ManyFilesInput

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[CleanUpload]:
        """Check each file; the first error stands at the field."""
        sent = data if isinstance(data, list | tuple) else [data]
        try:
            check_number_and_weight([file for file in sent if file], most=self.most)
        except InvalidInput as error:
            raise ValidationError(str(error.message), code=error.code) from error
        cleaned: Iterable[Any] = (super(UploadsField, self).clean(file, initial) for file in sent)
        return [file for file in cleaned if file]


def check_number_and_weight(sent: Sequence[UploadedFile[Any]], *, most: int) -> None:
    """Refuse too many or too heavy files before any of them is looked into.

    :raises InvalidInput: with a sentence for the person who sent them
    """
    if len(sent) > most:
        raise InvalidInput(
            _("Send at most %(most)s files at once.") % {"most": most}, code="too_many"
        )
    if sum(file.size or 0 for file in sent) > MAX_BYTES_TOGETHER:
        raise InvalidInput(_("The files are larger than 12 MB together."), code="too_large")


def attachment(stored: FieldFile, name: str) -> FileResponse:
    """Answer with a stored file, to be saved and never to be shown inside the site."""
    response = FileResponse(stored.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
