"""How fast a sparse product could be at most on this machine: the roofline's bounds for one point of the sweep.

Each edge needs its operand, the lanes of one feature (4 bytes a lane, padded to 16 lanes; one value for a batch of one),
and 8 bytes of the matrix: index and value, or index and result. Activations lie in the smallest cache of which they take
at most half, and so does the matrix. The bounds are times:

- arithmetic: 2 * edges * lanes operations (4 for both gradients in one pass) at the multiply-add peak
- L1, L2, ... up to where the activations lie: all operands from that level
- matrix from L2, L3 or memory: 8 bytes per edge from where the matrix lies

A kernel that works block by block takes operands from a nearer level than the one that holds them all. So a bound that the
measured time beats is none for it; what applies is the tightest of the others.
"""
import dataclasses

LANE_PADDING = 16
MATRIX_BYTES = 8


@dataclasses.dataclass(frozen=True)
class Bound:
    name: str
    seconds: float


def home(levels, size):
    """The position of the smallest level of which `size` bytes take at most half; the last is memory and holds all."""
    for k, level in enumerate(levels[:-1]):
        if 2 * size <= level["cache_bytes"]:
            return k
    return len(levels) - 1


def operand_bytes(batch):
    return 4 if batch == 1 else 4 * -(-batch // LANE_PADDING) * LANE_PADDING


def bounds(roofline, features, edges, batch, operations=2):
    """All bounds on one core for a product that reads `features` rows of activations and does so many operations an edge
    and sample."""
    levels = roofline["levels"]
    operand = operand_bytes(batch)
    found = [Bound("arithmetic", operations * edges * batch / roofline["flops"])]
    for level in levels[: home(levels, features * operand) + 1]:
        size = edges * (operand + (MATRIX_BYTES if level["name"] == "L1" else 0))
        found.append(Bound(level["name"], size / level["bytes_per_second"]))
    where = levels[home(levels, edges * MATRIX_BYTES)]
    if where["name"] != "L1":
        found.append(Bound(f"matrix from {where['name']}", edges * MATRIX_BYTES / where["bytes_per_second"]))
    return found


def applying(found, seconds):
    """The tightest bound that the measured time does not beat; arithmetic where it seems to beat all."""
    possible = [bound for bound in found if bound.seconds <= seconds]
    return max(possible, key=lambda bound: bound.seconds) if possible else found[0]
