"""What runs have written, compared bit for bit."""
import sys

try:
    import h5py
except ImportError:
    print("skipped: this Python has no h5py")
    sys.exit(77)


def arrays(folder):
    """All datasets of run file and checkpoint but times by the clock and /parts, which say when and where."""
    found = {}
    for name in ("run.h5", "checkpoint.h5"):
        with h5py.File(folder / name, "r") as file:
            def keep(path, item, name=name):
                if isinstance(item, h5py.Dataset) and not path.endswith("seconds") and not path.startswith("parts"):
                    found[f"{name}:{path}"] = str(item[()].tolist()) if item.dtype.kind == "O" else item[()].tobytes()
            file.visititems(keep)
            if name == "run.h5":
                found["status"] = file.attrs["status"]
    return found


def require_equal(one, other, runs):
    """Runs of these names in two folders are finished and have equal bits."""
    for run in runs:
        a, b = arrays(one / run), arrays(other / run)
        assert len(a) > 20 and a.keys() == b.keys(), (run, a.keys() ^ b.keys())
        assert a["status"] in ("finished", b"finished"), (run, a["status"])
        different = [name for name in a if a[name] != b[name]]
        assert not different, f"{other / run} differs from {one / run} in {different}"
