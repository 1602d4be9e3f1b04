"""What the scripts that write broken and hostile files have in common.

A script has parts, functions that emit files; `HostileFiles` names the folder, which may be given on
the command line, and writes expected.json beside them. Needs the standard library alone.
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_BYTES = 64 * 1024


class HostileFiles:
    """The files of one folder, with the exit status and a part of the message for each."""

    def __init__(self, folder: str) -> None:
        self.folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Tests" / folder
        self.expected: dict[str, dict[str, object]] = {}

    def emit(self, name: str, data: bytes, status: int, phrase: str) -> None:
        """A file; one of status 0 is sound."""
        assert len(data) <= MAX_BYTES and name not in self.expected, name
        assert phrase or status == 0, name
        (self.folder / name).write_bytes(data)
        self.expected[name] = {"status": status, "phrase": phrase}

    def write(self, *parts: Callable[[], None]) -> None:
        """All files in place of those that are there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        for part in parts:
            part()
        text = json.dumps(self.expected, indent=1, sort_keys=True)
        (self.folder / "expected.json").write_text(text + "\n")
        print(f"{len(self.expected)} files")
