"""First inputs of fuzz targets that read text: configurations, sweeps, lists, tables. Each function yields names and bytes."""

RUN = """seed = 3
name = "n"
[data]
dataset = "digits"
validation = 0.2
[model]
hidden = [32, 16]
dropout = 0.1
[sparsity]
method = "%s"
density = 0.3
[optimizer]
learning_rate = 0.05
[training]
epochs = 3
batch_size = 64
evaluate_every = "5it"
log = ["jsonl", "csv"]
"""


def configurations():
    for method in ("set", "rigl", "static", "gmp"):
        yield method, (RUN % method).encode()
    yield "dense", b"data.dataset = 'digits'\nsparsity.method = 'dense'\n"
    yield "layers", b'[data]\ndataset = "cifar10"\n[model]\n[[model.layers]]\nkind = "conv"\nchannels = 8\n'
    yield "images", b'data.dataset = "cifar10"\nmodel.name = "resnet20"\nsparsity.density = 0.1\n'


def settings():
    yield "some", b"data.dataset=digits\nsparsity.density=0.05\nmodel.hidden=[3,2]\ntraining.epochs=2\n"
    yield "text", b"name='a b'\nsparsity.update_every=5it\nsparsity.dense_layers=[\"fc1\"]\n"


SWEEP = """name = "s"
base = "base.toml"
seeds = [0, 1]
"""


def sweeps():
    yield "grid", (SWEEP + "[grid]\nsparsity.density = [0.3, 0.2]\nsparsity.method = [\"set\", \"rigl\"]\n").encode()
    yield "variants", (SWEEP + "[[variants]]\nname = \"a\"\n[[variants]]\nname = \"b\"\ntraining.epochs = 2\n").encode()
    yield "slurm", (SWEEP + "[slurm]\ntime = \"1-02:00\"\npartition = \"cpu\"\ncpus = 4\nruns_per_job = 3\nsignal_before = \"120s\"\n").encode()


def elements():
    yield "list", b"s0\ts1\n../../s2\n"
    yield "queue", b"41|0|PENDING|Priority||small\n41|1|RUNNING|None|n1|small\n42|N/A|FAILED|NonZeroExitCode||a|b\n"


def lotteries():
    yield "levels", (SWEEP + "[find]\nlevels = 3\nfraction = 0.5\nrewind = \"30it\"\ncontrols = [\"random_mask\"]\n").encode()
    yield "oneshot", (SWEEP + "[find]\nmethod = \"oneshot\"\ndensities = [0.5, 0.1]\n").encode()


def layer_lists():
    yield "names", b"fc1\nfc2.weight\n000_conv\n"
    yield "patterns", b"layer*.conv?\nlayer1.conv1\nlayer1.conv2\n"
    yield "commas", b"fc1,fc2\nfc1\nfc2\n"


def tables():
    yield "header", b"a,b,label\n1,2,0\n3,4,1\n"
    yield "plain", b"1;2;0\r\n3;4;1\r\n"
    yield "text", b'\xef\xbb\xbflength\twidth\tspecies\n1\t2\t"a ""b"""\n3\t4\tc\n'
    yield "first", b"label,x\n1,0.5\n0,1e-3\n"


def words():
    for name, content in (("epochs", b"5ep"), ("steps", b"400it"), ("fraction", b"0.5"), ("progress", b"7 42 1 2 0.5 nan"),
                          ("log", b"espalier: note: a\nespalier: b\n"), ("pattern", b"a*b?a123b4")):
        yield name, content
