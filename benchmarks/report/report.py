#!/usr/bin/python3
"""Writes the measured numbers of a results folder into the generated part of benchmarks.md, and the curves beside it.

usage: report.py RESULTS PAGE      RESULTS holds machine.json, roofline.json, kernels.json, peers.json, memory.json,
                                   crossover.json, as scripts/benchmark leaves them; PAGE is docs/benchmarks.md or a copy
"""
import importlib.util
import json
import pathlib
import sys

import crossover_picture
import crossover_tables
import kernel_tables
import memory_tables
import peer_tables
import topology_tables
from markdown import replace_part, significant, size, table

PEER_NOTES = {
    "SciPy CSR": "Forward product alone, float32, one thread; SciPy's product times a dense matrix is row-major.",
    "SciPy, leading singular values": """The two largest singular values of a random mask, float64. `eigsh` is asked for three
eigenvalues of the square adjacency, as the published scores are computed, `svds` for two values. Our time holds the making of the operator,
theirs the solver alone. One thread.""",
    "SciPy, NNSTD of a layer pair": """Common inputs of all pairs of neurons by a sparse product, costs, `linear_sum_assignment`;
ours with the tie rule. Independent random masks, one thread.""",
    "The published NNSTD loop": """A layer pair by a loop over pairs of neurons in Python, as the published program has it (written
anew for this comparison), and SciPy's assignment.""",
    "NetworkX, graph of a layer": "From the mask or NetworkX's graph, built before, to the answer; one thread.",
    "igraph, graph of a layer": "The same with igraph, whose algorithms are compiled.",
    "PyTorch, one layer": "Masked dense: `linear` forward and backward, the weight's gradient multiplied with the mask.",
    "PyTorch, a training step": """784-width-width-width-10, ReLU, batch 128, softmax cross-entropy, SGD with momentum 0.9,
learning rate 0.1, on the same random batch again and again; loading data is in neither. The same density in every layer,
the last one too. PyTorch multiplies the gradients with the masks before the optimizer's step and the weights after it, the
cheapest form of what the published programs do, and gets the BLAS kernels that fit the processor. "dense" is every weight
kept on our side, and no mask on theirs; its goal is to be no slower.""",
    "PyTorch, a training step, another process computing": "As above, with one process that never rests beside it.",
    "Espalier, two threads against one": "\"Theirs\" is ourselves on one thread. A layer's products are those of `linear`.",
    "PyTorch, a training step, other BLAS kernels": """OpenBLAS 0.3.21 chooses its kernels by the processor's model number.
What that is by default here says the table; Prescott is what it takes for numbers that it does not know.""",
}


def load(folder):
    names = ("machine", "roofline", "kernels", "peers", "memory", "crossover")
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in names}


def machine_part(results):
    machine, roofline = results["machine"], results["roofline"]
    versions = roofline["versions"]
    caches = ", ".join(f"{name} {machine[name]}" for name in ("L1d", "L2", "L3") if name in machine)
    python = ", ".join(f"{name} {version or 'absent'}" for name, version in machine["python_versions"].items())
    beneath = f", under {machine['hypervisor']}" if "hypervisor" in machine else ""
    return f"""Measured on {machine['date']} by `{machine['command']}`.

| | |
| --- | --- |
| processor | {machine.get('processor', 'unknown')} ({machine['processor_numbers']}){beneath}; kernels for {roofline['instruction_set']} |
| cores used | {machine['cores']} |
| caches, all cores together | {caches} |
| memory | {size(machine['memory_bytes'])} |
| system | {machine['system']}, Linux {machine['kernel']} |
| compiler, libraries | {versions['compiler']}, oneDNN {versions['oneDNN']}, {versions['BLAS']} |
| peers | {python}; BLAS core {results['peers']['right_core']} where not said otherwise, {results['peers']['default_core']} by default |

One thread where nothing else is said. Rounds of a comparison are A, B, A, B, ...: the ratio is the median over rounds.
"""


def roofline_part(roofline):
    rows = [[level["name"], size(level["array_bytes"]), significant(level["bytes_per_second"] / 1e9),
             significant(level["random_rows_bytes_per_second"] / 1e9)] for level in roofline["levels"]]
    return f"""### The machine's limits

One core, {roofline['instruction_set']}: {significant(roofline['flops'] / 1e9)} GFLOP/s of multiply-adds from registers. Loads by whole vectors:

{table(["from", "array", "GB/s", "GB/s, rows of 512 bytes in random order"], rows)}"""


def kernels_part(kernels, roofline):
    sweeps = "\n".join(f"Batch {batch}:\n\n{kernel_tables.sweep(kernels, batch)}"
                       for batch in kernel_tables.batches(kernels))
    return f"""### Kernels

Useful GFLOP/s: operations of kept weights and true samples only. The bound is the tightest one of arithmetic, loads of each
edge's operand (the batch of one feature, 4 bytes per sample) from a level of cache, and of the matrix (8 bytes per edge). A bound
that is beaten, because blocking brings operands nearer, is none; `benchmarks/report/bounds.py` says it exactly. A layer behind
others takes both gradients in one pass; its goal is that of one product after the other.

{kernel_tables.goals(kernels, roofline)}
{' / '.join(kernel_tables.PRODUCTS.values()).capitalize()} over density. {sweeps}
All other kernels. Bytes are those that must be touched, each array once; `density 1` is left out of the names of dense products.

{kernel_tables.others(kernels)}"""


def topology_part(kernels):
    return f"""### Topology toolkit

From a mask in memory to the answer; random masks. `spectra/two_values`: the two leading singular values. `nnstd/pair`: counts, assignment
and tie rule of one layer pair; `bounded_pair`: the approximation with its lower bound; `dense_assignment`: the twin that the tests
compare with, on a full cost matrix. `rewiring`: one sample of a null model. `alignment`: of two tickets with
three hidden layers of 4096 units; `superposition`: of ten tickets.

{topology_tables.times(kernels)}"""


def peers_part(peers):
    parts = ["### Beside the peers\n"]
    for group, results in peer_tables.groups(peers).items():
        parts.append(f"**{group}.** {PEER_NOTES.get(group, '')}\n\n{peer_tables.group_table(results)}")
    return "\n".join(parts)


def memory_part(memory):
    return f"""### Memory

Peak resident set of a process that builds an MLP 1024-width-width-10 and does training steps, batch 16, SGD with momentum.
Width {memory['over_kept']['series'][0]['width']}, kept weights varied: {memory_tables.slope(memory)}.

{memory_tables.over_kept(memory)}
The same number of kept weights in ever wider networks; what grows are activations, biases and row offsets:

{memory_tables.over_dense_size(memory)}"""


def crossover_part(results):
    lost = peer_tables.lost(results["peers"]) + crossover_tables.lost(results["crossover"])
    return f"""### Sparse or dense

Time of one layer's three products (forward, input gradient, weight gradient) over density, {results['crossover']['threads']} thread, by
the sparse kernels, by dense scratch and GEMM, by `model.execution = "auto"` with the {results['crossover']['table']} table, and of a
layer that keeps every weight and so needs no mask.

![Time of a layer over density](crossover.svg)

{crossover_tables.crossings(results["crossover"])}
### Where we lose

{chr(10).join(lost) if lost else "Nowhere in these tables."}
"""


def page_part(results):
    return "\n".join(["## Kernels, peers, memory\n", machine_part(results), roofline_part(results["roofline"]),
                      kernels_part(results["kernels"], results["roofline"]), topology_part(results["kernels"]), peers_part(results["peers"]),
                      memory_part(results["memory"]), crossover_part(results)])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if importlib.util.find_spec("matplotlib") is None:
        sys.exit("report.py draws curves with Matplotlib: apt-get install python3-matplotlib")
    results, page = load(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2])
    try:
        written = replace_part(page.read_text(encoding="utf-8"), page_part(results))
    except ValueError as error:
        sys.exit(f"{page}: {error}")
    page.write_text(written, encoding="utf-8")
    crossover_picture.write(results["crossover"], page.with_name("crossover.svg"))
    print(f"{page} and {page.with_name('crossover.svg')} written")


if __name__ == "__main__":
    main()
