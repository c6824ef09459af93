"""What was left out, guessed or done otherwise, told as Python tells such things."""

from __future__ import annotations

import warnings
from typing import Iterable


class Notice(UserWarning):
    """Something was left out, guessed or done otherwise than asked; one line. ``warnings.simplefilter("ignore", es.Notice)``
    silences them."""


def tell(lines: Iterable[str], stacklevel: int = 3) -> None:
    for line in dict.fromkeys(lines):
        warnings.warn(line, Notice, stacklevel=stacklevel)
