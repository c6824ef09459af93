"""What every Python worker shares: reading its command line, and answering the driver (see worker.cpp)."""
import resource
import sys
import time


def request(kinds):
    """The function of the kind of work asked for, and its arguments from words name=value."""
    if len(sys.argv) < 2 or sys.argv[1] not in kinds:
        sys.exit(f"{sys.argv[0]}: one of {', '.join(kinds)} is needed")
    values = {"threads": 1, "batch": 128, "density": 1.0}
    for word in sys.argv[2:]:
        name, _, value = word.partition("=")
        if name == "shape":
            values[name] = [int(part) for part in value.split(",")]
        elif name == "model":
            values[name] = value
        else:
            values[name] = float(value) if name == "density" else int(value)
    return kinds[sys.argv[1]], values


def serve(work, weights):
    """Does the work once, says so, then answers line by line until stdin ends."""
    work()
    print(f"ready {weights}", flush=True)
    for line in sys.stdin:
        words = line.split()
        if words == ["peak"]:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
        elif len(words) == 2 and words[0] == "run":
            times = int(words[1])
            start = time.perf_counter()
            for _ in range(times):
                work()
            print(time.perf_counter() - start, flush=True)
        else:
            sys.exit(f"{sys.argv[0]}: '{line.strip()}': 'run K' or 'peak' is needed")
