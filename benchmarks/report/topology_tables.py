"""Times of the topology toolkit from Google Benchmark's JSON."""
from kernel_tables import measured, seconds
from markdown import milliseconds, table

PREFIX = "topology/"


def times(kernels):
    """One row a piece of work and size, at one thread and at two, where that was measured."""
    found = {}
    for name, entry in measured(kernels).items():
        if name.startswith(PREFIX):
            work, _, threads = name.removeprefix(PREFIX).rpartition("/threads:")
            found.setdefault(work.replace("/batch:1", "").replace("density:", "density "), {})[int(threads)] = entry
    return table(["work", "ms", "on two threads"],
                 [[work, *(milliseconds(seconds(entries[count])) if count in entries else "-" for count in (1, 2))]
                  for work, entries in found.items()])
