"""What is compared with whom, and what the project wants to reach."""
import dataclasses

SHAPES = {1024: "784,1024,1024,1024,10", 4096: "784,4096,4096,4096,10"}
# How many times faster than PyTorch with multiplied masks a training step shall be, at one thread.
STEP_GOALS = {(1024, 0.1): 5, (1024, 0.05): 8, (1024, 0.01): 20, (4096, 0.05): 15, (4096, 0.01): 45}


@dataclasses.dataclass(frozen=True)
class Case:
    """One piece of work, done by us and by a peer."""

    group: str  # the table it stands in
    title: str
    ours: tuple  # words for espalier_worker
    peer: str  # script, or "espalier_worker": ourselves at one thread
    theirs: tuple  # words for it
    threads: int = 1
    blas: str = "right"  # the peer's BLAS kernels: "right", "default", or an OpenBLAS core by name
    busy: bool = False  # another process computes beside it
    goal: float = 0.0  # wanted ratio; 0 where none is set
    quick: bool = False  # part of the shortened run


def words(**values):
    return tuple(f"{name}={value}" for name, value in values.items())


def scipy_cases():
    for width, batch, quick in ((1024, 1, True), (4096, 1, False), (1024, 128, True), (4096, 128, False)):
        size = words(width=width, batch=batch, density=0.05)
        what = "vector" if batch == 1 else f"{width}x{batch}"
        yield Case("SciPy CSR", f"{width}x{width} at 0.05 times {what}", ("product", *size), "scipy_worker.py",
                   ("product", *size), goal=2.0 if batch == 1 and width == 1024 else 0.0, quick=quick)


def spectra_cases():
    """Our time holds the making of the operator, theirs the solver alone."""
    for rows, cols, density, quick in ((4608, 512, 0.05, True), (4096, 4096, 0.01, False), (16384, 16384, 0.005, False)):
        size = words(shape=f"{rows},{cols}", density=density)
        for solver, goal in (("eigsh", 5.0), ("svds", 2.0)):
            yield Case("SciPy, leading singular values", f"{rows}x{cols} at {density}, {solver}",
                       ("leading_singular_values", *size), "scipy_worker.py", (solver, *size), goal=goal, quick=quick)


def nnstd_cases():
    """One layer pair, independent masks: against SciPy, and against the pairwise loop of the published program."""
    for width, density, quick in ((784, 0.006, True), (4096, 0.05, False)):
        size = words(width=width, density=density)
        yield Case("SciPy, NNSTD of a layer pair", f"{width}x{width} at {density}", ("nnstd", *size),
                   "scipy_worker.py", ("nnstd", *size), quick=quick)
    size = words(width=784, density=0.006)
    yield Case("The published NNSTD loop", "784x784 at 0.006", ("nnstd", *size), "nnstd_worker.py", ("nnstd", *size))


def torch_layer_cases():
    for width, quick in ((1024, True), (4096, False)):
        size = words(width=width, density=0.05)
        yield Case("PyTorch, one layer", f"{width}x{width} at 0.05, CSR times {width}x128", ("product", *size),
                   "torch_worker.py", ("csr_product", *size))
        yield Case("PyTorch, one layer", f"{width}x{width} at 0.05, masked dense, forward and backward",
                   ("linear", *size), "torch_worker.py", ("linear", *size), quick=quick)


def step_case(width, density, threads, **more):
    size = words(shape=SHAPES[width], density=density)
    kind = "dense" if density == 1 else f"density {density}"
    return Case(more.pop("group", "PyTorch, a training step"), f"width {width}, {kind}", ("mlp_step", *size),
                "torch_worker.py", ("mlp_step", *size), threads, **more)


def step_cases(threads):
    """Steps with masks at every density, then dense against dense ("no slower")."""
    for width in SHAPES:
        for density in (0.01, 0.05, 0.1):
            goal = STEP_GOALS.get((width, density), 0.0) if threads == 1 else 0.0
            quick = (width, density) in ((1024, 0.05), (4096, 0.05)) and threads == 1
            yield step_case(width, density, threads, goal=goal, quick=quick)
        yield step_case(width, 1, threads, goal=1.0, quick=width == 1024 and threads == 1)


# Model, density, whether layers get ERK's densities, how many times faster than PyTorch's dense training we want to be.
CONVNETS = (("cifar_resnet_20", 1, 0, 1.0), ("vgg11", 1, 0, 1.0), ("cifar_resnet_20", 0.1, 0, 3.5), ("cifar_resnet_20", 0.05, 0, 5.0),
            ("cifar_resnet_20", 0.1, 1, 2.5), ("cifar_resnet_20", 0.05, 1, 4.0), ("vgg-like", 0.1, 0, 4.0), ("vgg-like", 0.05, 0, 7.0),
            ("vgg-like", 0.05, 1, 5.0), ("resnet50_cifar", 0.1, 1, 2.0), ("resnet50_cifar", 0.02, 1, 5.0))


def convnet_cases():
    """A training step of a batch of 128 images against PyTorch's dense one, in the layout of memory that it is faster in, and
    against its masked one; ourselves on two threads against one."""
    group = "PyTorch, a training step of a convolutional network"
    for model, density, erk, goal in CONVNETS:
        kind = "dense" if density == 1 else f"{'ERK' if erk else 'uniform'} {density}"
        ours = ("convnet_step", *words(model=model, density=density, erk=erk))
        for layout in (0, 1):
            title = f"{model}, {kind}, against dense{', channels last' if layout else ''}"
            yield Case(group, title, ours, "torch_convnets.py",
                       ("convnet_step", *words(model=model, channels_last=layout)), goal=goal,
                       quick=model == "cifar_resnet_20" and density == 0.1 and not erk)
    compiled = ("convnet_step", *words(model="cifar_resnet_20", channels_last=1, compiled=1))
    yield Case(group, "cifar_resnet_20, uniform 0.1, against dense, compiled",
               ("convnet_step", *words(model="cifar_resnet_20", density=0.1)), "torch_convnets.py", compiled)
    for model in ("cifar_resnet_20", "vgg-like"):
        size = ("convnet_step", *words(model=model, density=0.1))
        yield Case(group, f"{model}, uniform 0.1, against masked", size, "torch_convnets.py", size)


def convnet_evaluation_cases():
    """A forward pass in evaluation, batch norms folded, against PyTorch's and ONNX Runtime's dense ones."""
    group = "PyTorch and ONNX Runtime, evaluation of a convolutional network"
    for model, density in (("cifar_resnet_20", 0.1), ("cifar_resnet_20", 1), ("vgg-like", 0.05)):
        for batch in (1, 128):
            size = words(model=model, batch=batch)
            ours = ("convnet_evaluation", *words(model=model, batch=batch, density=density))
            title = f"{model}, {'dense' if density == 1 else f'uniform {density}'}, batch {batch}, against"
            yield Case(group, f"{title} PyTorch, channels last", ours, "torch_convnets.py",
                       ("convnet_evaluation", *size, "channels_last=1"))
            yield Case(group, f"{title} ONNX Runtime", ours, "onnx_convnets.py", ("convnet_evaluation", *size))


def convnet_thread_cases():
    group = "Espalier, two threads against one"
    for model in ("cifar_resnet_20", "vgg-like"):
        size = ("convnet_step", *words(model=model, density=0.1))
        yield Case(group, f"a training step, {model}, uniform 0.1", size, "espalier_worker", size, threads=2, goal=1.8)


def default_blas_cases(default_core, right_core):
    """What a user gets without choosing BLAS kernels; where that is the right core by luck, the usual fallback too."""
    group = "PyTorch, a training step, other BLAS kernels"
    for width in SHAPES:
        yield step_case(width, 0.05, 1, group=group, blas="default")
        if default_core == right_core:
            yield step_case(width, 0.05, 1, group=group, blas="Prescott")


def busy_cases(threads):
    group = "PyTorch, a training step, another process computing"
    for width in SHAPES:
        yield step_case(width, 0.05, threads, group=group, busy=True, quick=width == 1024)


def thread_cases():
    """Ourselves on two threads against one."""
    group = "Espalier, two threads against one"
    for width, density, quick in ((1024, 0.05, True), (4096, 0.05, False), (16384, 0.005, False)):
        size = words(width=width, density=density)
        yield Case(group, f"a layer's products, {width}x{width} at {density}", ("linear", *size), "espalier_worker",
                   ("linear", *size), threads=2, goal=1.8, quick=quick)
    for busy in (False, True):
        for width in SHAPES:
            size = words(shape=SHAPES[width], density=0.05)
            beside = ", another process computing" if busy else ""
            yield Case(group, f"a training step, width {width}, density 0.05{beside}", ("mlp_step", *size),
                       "espalier_worker", ("mlp_step", *size), threads=2, busy=busy, goal=1.0, quick=width == 1024)


def structure_cases():
    """Questions about a layer's graph; sizes at which one answer of the peer takes seconds, not minutes."""
    sizes = {"components": ((784, 0.005), (1024, 0.05), (4096, 0.05)),
             "matching": ((784, 0.005), (1024, 0.05), (4096, 0.05)),
             "betweenness": ((256, 0.05), (784, 0.005), (1024, 0.05))}
    too_slow = {("NetworkX", "betweenness", 1024)}
    for peer in ("NetworkX", "igraph"):
        for kind, layers in sizes.items():
            for width, density in layers:
                if (peer, kind, width) in too_slow:
                    continue
                size = (kind, *words(width=width, density=density))
                yield Case(f"{peer}, graph of a layer", f"{kind}, {width}x{width} at {density}", size,
                           f"{peer.lower()}_worker.py", size, quick=(width, density) == layers[0])


def all_cases(cores, default_core, right_core):
    """Every case this machine can run: two threads only where there are two cores."""
    cases = [*scipy_cases(), *spectra_cases(), *nnstd_cases(), *torch_layer_cases(), *structure_cases(),
             *convnet_cases(), *convnet_evaluation_cases()]
    for threads in (1, 2):
        if threads <= cores:
            cases += [*step_cases(threads), *busy_cases(threads)]
    if cores > 1:
        cases += [*thread_cases(), *convnet_thread_cases()]
    return cases + list(default_blas_cases(default_core, right_core))
