"""Starts a command and writes what it took to a file: `python -I -S launched.py FILE WORD…`.

A process begins with the largest memory of the one that started it, so a large one cannot measure a small one. This one
is small, and imports next to nothing.
"""

import os
import sys
import time


def main(to: str, *words: str) -> int:
    """Exit code of the command; to the file go its seconds of the processor and of the clock, and kibibytes of memory."""
    started = time.perf_counter()
    pid = os.posix_spawn(words[0], words, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    with open(to, "w", encoding="ascii") as file:  # noqa: PTH123 - without the import of pathlib
        file.write(f"{usage.ru_utime + usage.ru_stime} {wall} {usage.ru_maxrss}")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
