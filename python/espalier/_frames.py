"""Pandas, where a table of it is asked for."""

from __future__ import annotations

import importlib
from typing import Any


def pandas_for(call: str, otherwise: str) -> Any:
    """The module pandas.

    :param call: what needs it, "to_dataframe"
    :param otherwise: what does without, "to_dict() does without"
    :raises ImportError: where it is not there
    """
    try:
        return importlib.import_module("pandas")
    except ModuleNotFoundError:
        raise ImportError(f"{call} needs pandas: pip install pandas; {otherwise}") from None
