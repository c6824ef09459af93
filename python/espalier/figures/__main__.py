"""What `espalier plot` starts: the command line's words, checked there, become a figure."""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import Any


class OneLine(argparse.ArgumentParser):
    """Errors as the program has them."""

    def error(self, message: str) -> None:
        sys.exit(_told(f"plot: {message}", 2))


def main() -> int:
    words = OneLine(prog="espalier plot")
    words.add_argument("runs", nargs="+")
    words.add_argument("--what", default="accuracy")
    words.add_argument("--out", required=True)
    words.add_argument("--width", default="column")
    words.add_argument("--height", type=float)
    words.add_argument("--split")
    words.add_argument("--from", dest="start", type=float)
    words.add_argument("--force", action="store_true")
    asked = words.parse_args()
    try:
        from espalier import ConfigError, Error
        from espalier.figures import plot
    except ImportError as error:
        return _told(f"plot: the Python module cannot be loaded: {error}", 1)
    warnings.showwarning = _show
    try:
        plot(asked.runs, asked.what, asked.out, width=asked.width, height=asked.height, split=asked.split, start=asked.start, force=asked.force)
    except ModuleNotFoundError as error:
        return _told(f"plot needs {error.name}: apt-get install python3-{error.name}, or pip install {error.name}", 1)
    except ConfigError as error:
        return _told(str(error), 2)
    except (Error, OSError) as error:
        return _told(str(error), 1)
    return 0


def _show(message: Warning | str, *_: Any, **__: Any) -> None:
    """Notices as the program has them: what was said, without the place in our code."""
    _told(str(message), 0)


def _told(message: str, status: int) -> int:
    print("espalier: " + " ".join(message.split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
