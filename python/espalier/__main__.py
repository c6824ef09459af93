"""``python -m espalier`` is the whole program ``espalier``."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    import os

    from espalier import _core

    os.environ.setdefault("ESPALIER_PYTHON", sys.executable)  # of `espalier plot`

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the program handles it itself, where it has something to save
    sys.stdout.flush()
    return _core.run_program(["espalier", *sys.argv[1:]], sys.executable)


if __name__ == "__main__":
    sys.exit(main())
