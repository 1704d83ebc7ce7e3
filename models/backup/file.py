"""A backup as a file: made under its own name at once or not at all, readable by its owner alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to, which becomes `target` when the block ends well.

    Raises ValueError when the target is there already: nothing is overwritten.
    """
    try:
        # The name is taken first, so that two backups cannot take the same.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise ValueError(f"{target} is there already; a backup overwrites nothing.") from None
    beside = target.with_name(f".{target.name}.unfinished")
    try:
        with suppress(FileNotFoundError):
            beside.unlink()  # the rest of one that was killed
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield beside
        _to_disk(beside)
        os.replace(beside, target)
        if os.name != "nt":  # where a folder cannot be opened
            _to_disk(target.parent)
    except BaseException:
        for path in (beside, target):
            with suppress(FileNotFoundError):
                path.unlink()
        raise


def begins_with(file: Path, mark: bytes) -> bool:
    """Raises ValueError when there is no such file."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(mark)) == mark
    except FileNotFoundError:
        raise ValueError(f"There is no file {file}.") from None


def newer(file: Path, revision: str) -> ValueError:
    return ValueError(
        f"{file} is the backup of a newer Replyby (revision {revision}). Restore it with that version."
    )


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
