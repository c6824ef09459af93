#!/usr/bin/python3
"""Executes a notebook from a clean kernel; fails on any error in it.

usage: execute.py NOTEBOOK [EXECUTED]     EXECUTED gets the notebook with its outputs

The kernel is the Python that runs this script, whatever `python3` is first in PATH. Exit status 77: Debian's packages
for this are not installed.
"""
import json
import os
import sys
import tempfile
from pathlib import Path

NOT_INSTALLED = 77
PACKAGES = "python3-nbconvert python3-ipykernel jupyter-client python3-h5py python3-numpy python3-matplotlib"
SECONDS_FOR_A_CELL = 1000  # a stuck kernel, not a slow one


def require_packages():
    try:
        import h5py, ipykernel, jupyter_client, matplotlib, nbconvert, numpy  # noqa: F401, E401
    except ImportError as error:
        print(f"skipped: {error}; apt-get install {PACKAGES}")
        sys.exit(NOT_INSTALLED)


def check_committed(notebook):
    """What is in the repository: valid, without outputs."""
    import nbformat

    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert not cell.outputs and cell.execution_count is None, "the committed notebook carries outputs: clear them"


def require_module(notebook):
    """Most notebooks ask Espalier's Python module, which is built where pybind11 is."""
    if not any("import espalier" in cell.source for cell in notebook.cells if cell.cell_type == "code"):
        return
    try:
        import espalier  # noqa: F401
    except ImportError as error:
        print(f"skipped: {error}; the Python module is built where pybind11-dev and python3-dev are")
        sys.exit(NOT_INSTALLED)


def use_this_python(folder):
    """A kernel named python3, found before all others, of the interpreter that runs this."""
    spec = Path(folder) / "kernels" / "python3"
    spec.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}))
    os.environ.update(
        JUPYTER_PATH=folder,
        JUPYTER_DATA_DIR=folder,
        JUPYTER_RUNTIME_DIR=f"{folder}/runtime",
        JUPYTER_CONFIG_DIR=f"{folder}/config",
        IPYTHONDIR=f"{folder}/ipython",
        MPLCONFIGDIR=f"{folder}/matplotlib",
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        PYDEVD_DISABLE_FILE_VALIDATION="1",
    )


def execute(notebook, working_folder):
    from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor

    executor = ExecutePreprocessor(kernel_name="python3", timeout=SECONDS_FOR_A_CELL)
    try:
        executor.preprocess(notebook, {"metadata": {"path": working_folder}})
    except CellExecutionError as error:
        sys.exit(str(error))


def count_figures(notebook):
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    require_packages()
    import nbformat

    path = Path(sys.argv[1]).resolve()
    notebook = nbformat.read(path, as_version=4)
    check_committed(notebook)
    require_module(notebook)
    with tempfile.TemporaryDirectory() as folder:
        use_this_python(folder)
        execute(notebook, path.parent)
    if len(sys.argv) == 3:
        nbformat.write(notebook, sys.argv[2])
    print(f"{path.name}: {len(notebook.cells)} cells, {count_figures(notebook)} figures")


if __name__ == "__main__":
    main()
