"""Times of the topology toolkit from Google Benchmark's JSON."""
from kernel_tables import measured, seconds
from markdown import milliseconds, table

PREFIX = "topology/"


def times(kernels):
    """One row a piece of work and size, at one thread and, where that was measured, at two."""
    found = {}
    for name, entry in measured(kernels).items():
        if name.startswith(PREFIX):
            work, _, threads = name.removeprefix(PREFIX).rpartition("/threads:")
            found.setdefault(work.replace("/batch:1", "").replace("density:", "density "), {})[int(threads)] = entry
    return table(["work", "ms", "on two threads"],
                 [[work, milliseconds(seconds(entries[1])), milliseconds(seconds(entries[2])) if 2 in entries else "-"]
                  for work, entries in found.items()])
