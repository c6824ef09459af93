#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets: small whole files of each format. What fuzzing found is kept beside them.

    tests/fuzz/make_corpus.py tests/fuzz/corpus

Needs Debian's python3-h5py, python3-numpy, python3-pil and python3-scipy.
"""

import collections
import gzip
import io
import json
import pickle
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import scipy.sparse
from PIL import Image

from text_corpus import configurations, elements, layer_lists, lotteries, settings, sweeps, tables, words


class Global:
    """Pickled as a global of PyTorch's, which need not be installed."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    def __init__(self, function, *arguments, state=None):
        self.function, self.arguments, self.state = function, arguments, state


class Storage:
    def __init__(self, kind, key, elements):
        self.id = ("storage", Global("torch", kind), key, "cpu", elements)


class Pickler(pickle._Pickler):
    """Python's pickler in Python, which lets globals be written by name."""

    def persistent_id(self, obj):
        return obj.id if isinstance(obj, Storage) else None

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Global):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Call):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(pickle.REDUCE)
        else:
            super().save(obj, save_persistent_id)


def dumps(obj, protocol=2):
    out = io.BytesIO()
    Pickler(out, protocol).dump(obj)
    return out.getvalue()


def tensor(kind="FloatStorage", key="0", elements=6, shape=(2, 3), strides=(3, 1), offset=0):
    return Call(Global("torch._utils", "_rebuild_tensor_v2"), Storage(kind, key, elements), offset, shape, strides,
                False, collections.OrderedDict())


def pickles():
    weight, bias = tensor(), tensor(shape=(3,), strides=(1,), offset=3)
    state = collections.OrderedDict([("module.fc.weight", weight), ("module.fc.bias", bias)])
    parameter = Call(Global("torch._utils", "_rebuild_parameter"), weight, True, collections.OrderedDict())
    typed = Call(Global("torch._tensor", "_rebuild_from_type_v2"), Global("torch._utils", "_rebuild_tensor_v2"),
                 Global("torch", "Tensor"), (Storage("FloatStorage", "0", 6), 0, (6,), (1,), False, {}), {})
    v3 = Call(Global("torch._utils", "_rebuild_tensor_v3"), Storage("UntypedStorage", "0", 24), 0, (12,), (1,), False,
              {}, Global("torch", "uint16"))
    optimizer = {"state": {0: {"step": 1, "exp_avg": weight}}, "param_groups": [{"lr": 0.1, "params": [0, 1]}]}
    yield "state", dumps(state)
    for protocol in (3, 4, 5):
        yield f"protocol{protocol}", dumps(state, protocol)
    yield "checkpoint", dumps({"epoch": 3, "state_dict": state, "best": 0.5, "optimizer": optimizer, "seed": 1 << 70})
    yield "parameters", dumps({"p": parameter, "t": typed, "u": v3})
    yield "two", dumps({"model": {"w": weight}, "masks": {"w": tensor("BoolStorage", "2", 2, (2, 1), (1, 1))}})
    yield "list", dumps([weight, tensor("LongStorage", "1", 8, (8,), (1,))])
    yield "expanded", dumps({"w": tensor(shape=(4, 6), strides=(0, 1)), "h": tensor("HalfStorage", "1", 32, (32,), (1,))})
    yield "containers", dumps({"w": weight, "x": [1, -2, 300, 70000, None, True, (1,), {2}, frozenset([3]), b"b", "é"]}, 4)
    yield "module", dumps(Call(Global("__main__", "Net")))
    yield "whole.zip", torch_zip(dumps(state))


def torch_zip(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("m/data.pkl"), text)
        archive.writestr(zipfile.ZipInfo("m/byteorder"), "little")
        archive.writestr(zipfile.ZipInfo("m/data/0"), np.arange(6, dtype="<f4").tobytes())
        archive.writestr(zipfile.ZipInfo("m/version"), "3\n")
    return out.getvalue()


def npy(array, **options):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, **options)
    return out.getvalue()


def arrays():
    for kind in ("?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", ">f4", ">i8"):
        yield kind.strip("<").replace(">", "big_").replace("?", "bool"), npy(np.arange(6).reshape(2, 3).astype(kind))
    yield "fortran", npy(np.asfortranarray(np.arange(24.0, dtype="f4").reshape(2, 3, 4)))
    yield "scalar", npy(np.float32(1.5))
    yield "empty", npy(np.zeros((0, 3), "f4"))
    yield "bytes", npy(np.array(b"csr"))
    yield "unicode", npy(np.array("coo"))
    yield "big_unicode", npy(np.array("coo").astype(">U3"))
    yield "version2", npy(np.arange(3), version=(2, 0))
    yield "version3", npy(np.arange(3), version=(3, 0))
    yield "object", npy(np.array([None]))
    yield "structure", npy(np.zeros(2, [("a", "<f4")]))


def archives():
    csr = {"format": np.array(b"csr"), "shape": np.array([2, 3]), "indptr": np.array([0, 1, 2]),
           "indices": np.array([0, 2]), "data": np.array([1.0, 2.0], "f4")}
    for name, save, content in (("csr", np.savez_compressed, csr), ("stored", np.savez, {"w": np.eye(2), "b": np.ones(2)}),
                                ("zeros", np.savez_compressed, {"w": np.zeros((64, 64), "f4")}), ("none", np.savez, {})):
        out = io.BytesIO()
        save(out, **content)
        yield name, out.getvalue()


def safetensors(tensors, metadata=None):
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (kind, shape, content) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def safe():
    kinds = (("F32", 4), ("F16", 2), ("BF16", 2), ("F64", 8), ("I64", 8), ("I32", 4), ("I16", 2), ("I8", 1), ("U64", 8),
             ("U32", 4), ("U16", 2), ("U8", 1), ("BOOL", 1), ("F8_E4M3", 1))
    yield "kinds", safetensors({kind.lower(): (kind, [2], bytes(2 * width)) for kind, width in kinds})
    yield "metadata", safetensors({"fc.weight": ("F32", [1, 2], bytes(8))}, {"format": "pt"})
    yield "none", safetensors({})


def cifar_pickles():
    images = np.arange(2 * 48, dtype="u1").reshape(2, 48)
    for protocol in (3, 4, 5):
        yield f"protocol{protocol}", pickle.dumps({"data": images, "labels": [1, 2]}, protocol)
    yield "byte_keys", pickle.dumps({b"data": images, b"labels": [1, 2], b"filenames": [b"a.png", b"b.png"]}, 4)
    empty = Call(Global("numpy.core.multiarray", "_reconstruct"), Global("numpy", "ndarray"), (0,), "b")
    yield "no_state", dumps({"data": empty})
    yield "system", dumps({"data": Call(Global("posix", "system"), "true")})


def images():
    gradient = np.add.outer(np.arange(12), 3 * np.arange(10)).astype("u1")
    colours = np.stack([gradient, gradient[::-1], 255 - gradient], axis=-1)
    kinds = {"grey": Image.fromarray(gradient), "colours": Image.fromarray(colours),
             "palette": Image.fromarray(colours).quantize(16), "alpha": Image.fromarray(colours).convert("RGBA"),
             "bits": Image.fromarray(gradient > 20), "sixteen": Image.fromarray(gradient.astype("<u2") * 257)}
    for name, image in kinds.items():
        yield f"{name}.png", saved(image, "png")
    for name, options in (("plain", {}), ("progressive", {"progressive": True}), ("subsampled", {"subsampling": 2})):
        yield f"{name}.jpg", saved(kinds["colours"], "jpeg", **options)
    yield "grey.jpg", saved(kinds["grey"], "jpeg")
    yield "cmyk.jpg", saved(kinds["colours"].convert("CMYK"), "jpeg")


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def hdf5(fill):
    out = io.BytesIO()
    with h5py.File(out, "w", libver=("v108", "v108")) as file:
        file.attrs["format_version"] = 1
        fill(file)
    return out.getvalue()


def put(group, name, values, **attributes):
    """A small array in its object's header, as ours are: a few dozen bytes."""
    values = np.asarray(values)
    create = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    create.set_layout(h5py.h5d.COMPACT)
    space, kind = h5py.h5s.create_simple(values.shape), h5py.h5t.py_create(values.dtype)
    h5py.h5d.create(group.id, name.encode(), kind, space, create).write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    group[name].attrs.update(attributes)


def text(words):
    return np.array([word.encode() for word in words], "S64")


def layer(snapshot, name, dense, shape=None):
    group, matrix = snapshot.create_group(name), scipy.sparse.csr_matrix(dense)
    group.attrs["shape"] = np.array(shape or matrix.shape, "i8")
    put(group, "indptr", matrix.indptr.astype("u8"))
    put(group, "indices", matrix.indices.astype("u4"))
    put(group, "values", matrix.data.astype("f4"))
    return group


def topology_files():
    first, second = np.array([[1, 0, 2], [0, 3, 0]]), np.array([[0, 4]])

    def topology(file):
        file.attrs["format"] = "espalier.topology"
        snapshot = file.create_group("snapshots/a")
        put(layer(snapshot, "000_fc1", first), "bias", np.zeros(2, "f4"))
        layer(snapshot, "001_fc2", second).attrs["fed_by"] = "000_fc1"

    def convolution(file):
        file.attrs["format"] = "espalier.topology"
        layer(file.create_group("snapshots/c"), "000_conv", np.eye(2, 8), (2, 2, 2, 2))

    def maps(file):
        file.attrs["format"] = "espalier.topology"
        snapshot = file.create_group("snapshots/m")
        layer(snapshot, "000_conv", np.eye(2, 9), (2, 1, 3, 3)).attrs["groups"] = 2
        layer(snapshot, "002_fc", np.ones((2, 2)))
        nodes = file.create_group("maps/m")
        nodes.attrs["image"] = np.array([2, 3, 3])
        for name, kind, image, window in (("000_conv", "conv2d", [2, 2, 2], [3, 2, 1, 1, 1] * 2),
                                          ("001_pool", "max_pool", [2, 1, 1], [2, 2, 1, 0, 0] * 2),
                                          ("002_fc", "linear", [2, 1, 1], None)):
            node = nodes.create_group(name)
            node.attrs.update({"kind": kind, "image": np.array(image)})
            if window:
                node.attrs["window"] = np.array(window)

    def run(file):
        file.attrs.update({"format": "espalier.run", "espalier_version": "0.1.0", "name": "n", "seed": 1, "status": "running",
                           "created": "2026-01-31T12:00:00Z", "config": "seed = 1\n", "environment": "instruction set avx2"})
        model = file.create_group("model/layers/000_fc1")
        model.attrs.update({"kind": "linear", "shape": np.array([2, 3]), "sparse": 1})
        layer(file.create_group("snapshots/000000007"), "000_fc1", first)
        tickets, train = file.create_group("metrics/tickets"), file.create_group("metrics/train")
        for table, columns in ((train, {"step": [7], "loss": [0.5]}), (tickets, {"step": [7], "ticket": [1], "snapshot": [7]})):
            for name, values in columns.items():
                put(table, name, np.array(values))
        parts = file.create_group("parts")
        for name, values in {"step": [0], "threads": [2]}.items():
            put(parts, name, np.array(values))
        for name in ("instruction_set", "version", "created"):
            put(parts, name, text(["avx2"]))

    yield "topology", hdf5(topology)
    yield "convolution", hdf5(convolution)
    yield "maps", hdf5(maps)
    yield "run", hdf5(run)
    yield "none", hdf5(lambda file: file.attrs.update({"format": "espalier.topology"}))


def checkpoints():
    def fill(file):
        file.attrs["format"] = "espalier.checkpoint"
        entries = file.create_group("entries")
        entries.attrs["config"] = "seed = 1\n"
        for name, values in (("step", np.array([7], "i8")), ("weights", np.ones(3, "f4")),
                             ("notes", np.frombuffer(b"note", "u1"))):
            put(entries, name, values, crc32=zlib.crc32(values.tobytes()))
    yield "whole", hdf5(fill)


def stored_layers():
    """What fuzz_stored_layers.cpp makes of it: attribute 'shape' [2, 3], then indptr, indices, values."""
    arrays = bytes([1, 4, 0, 2, 2, 3, 3, 0, 5, 3, 0, 1, 2, 4, 1, 4, 2, 0, 1, 5, 2, 0, 2, 1, 1])
    yield "layer", arrays
    yield "two", arrays + bytes([0, 6]) + arrays
    yield "absurd", bytes([1, 4, 0, 2, 224, 224]) + arrays[6:]


def journals():
    def number(*values):
        return b"".join(struct.pack("<q", value) for value in values)

    def words(word):
        return number(len(word)) + word

    def record(kind, body):
        return bytes([len(body)]) + kind + body

    rows = record(b"r", words(b"train") + number(0, 2) + words(b"step") + number(1, 1, 7) + words(b"loss") + number(0, 1) +
                  struct.pack("<d", 0.5))
    layers = record(b"s", number(7)) + record(b"l", number(7) + words(b"fc1") + number(2, 2, 3, 1) + words(b"bias") +
                                              number(5) + words(bytes(8)))
    log = b"ESPLOG01"
    for content in (b"run", b"s" + number(8) + zlib.compress(number(7))):
        log += struct.pack("<QI", len(content), zlib.crc32(content)) + content
    yield "rows", rows
    yield "snapshot", layers
    yield "both", rows + layers
    yield "texts", record(b"r", words(b"t") + number(0, 1) + words(b"name") + number(2, 1) + words(b"avx2"))
    yield "log", log


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    crc ^= 0xffffffff
    return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff


def events():
    def record(data):
        length = struct.pack("<Q", len(data))
        return length + struct.pack("<I", crc32c(length)) + data + struct.pack("<I", crc32c(data))

    time = b"\x09" + struct.pack("<d", 1767225600.0)
    scalar = b"\x0a\x09\x0a\x02ab\x15" + struct.pack("<f", 0.5)
    step = time + b"\x10\x07" + b"\x2a" + bytes([len(scalar)]) + scalar
    version = time + b"\x1a\x0dbrain.Event:2"
    yield "event", step
    yield "file", record(version) + record(step)
    yield "restart", record(version) + record(time + b"\x10\xac\x02\x3a\x02\x08\x03")
    yield "cut", (record(version) + record(step))[:-3]


def idx_files():
    for kind, code in (("u1", 8), ("i1", 9), (">i2", 11), (">i4", 12), (">f4", 13), (">f8", 14)):
        for shape in ((2,), (2, 3, 3)):
            head = struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape)
            yield f"{kind.strip('>')}_{len(shape)}", head + np.arange(np.prod(shape)).astype(kind).tobytes()
    yield "packed", gzip.compress(struct.pack(">HBBI", 0, 8, 1, 3) + b"abc", mtime=0)


def cifar_files():
    ramp = bytes(k % 251 for k in range(3072))
    yield "binary", b"\1" + ramp
    yield "hundred", b"\1\5" + ramp
    yield "packed", gzip.compress(b"\1" + ramp, mtime=0)
    images = np.zeros((1, 3072), "u1")
    yield "python", pickle.dumps({b"data": images, b"labels": [1]}, 2)
    yield "python_hundred", pickle.dumps({b"data": images, b"fine_labels": [1], b"coarse_labels": [2]}, 4)


def own_data():
    x, y = np.arange(12.0).reshape(3, 4), np.array([0, 1, 0])
    for name, arrays_ in (("labels", {"x": x, "y": y}), ("test", {"x": x, "y": y, "x_test": x[:2], "y_test": y[:2]}),
                          ("keras", {"x_train": x.astype("u1"), "y_train": y.reshape(3, 1)}), ("inputs", {"x": x})):
        out = io.BytesIO()
        np.savez_compressed(out, **arrays_)
        yield name, out.getvalue()
    yield "plain", npy(x.astype("f4"))


def masks():
    dense = np.array([[1, 0, 2], [0, 3, 0]], "f4")
    for form in ("csr", "csc", "coo", "bsr", "dia"):
        out = io.BytesIO()
        scipy.sparse.save_npz(out, scipy.sparse.csr_matrix(dense).asformat(form))
        yield form, out.getvalue()
    for name, content in (("edges", {"shape": [2, 3], "rows": [0, 1], "cols": [2, 1], "weight": [0.5, 1.0]}),
                          ("dense", {"fc1": dense, "fc2": np.ones((1, 2), bool)}),
                          ("pruned", {"fc_orig": dense, "fc_mask": dense != 0}), ("conv", {"c": np.ones((2, 1, 2, 2), "f4")})):
        out = io.BytesIO()
        np.savez_compressed(out, **content)
        yield name, out.getvalue()
    yield "one", npy(dense)
    yield "state", safetensors({"fc1.weight": ("F32", [2, 3], dense.tobytes()), "fc1.bias": ("F32", [2], bytes(8)),
                                "fc2.weight": ("BOOL", [1, 2], b"\1\0")})


def crossovers():
    yield "linear", (b"avx2 | features 64 1024 | lanes 1 128 | forward 0.4 0.5 / 0.3 0.45 | gradients 0.4 0.5 / 0.3 0.45 | "
                     b"weight_gradient 0.4 0.5 / 0.3 0.45")
    yield "images", (b"avx2 | features 64 | lanes 1 | forward 0.4 | gradients 0.4 | weight_gradient 0.4 | channels 16 256 | "
                     b"pixels 4 1024 | convolution_forward 0.5 0.5 / 0.4 0.6 | convolution_weight_gradient 0.5 0.5 / 0.4 0.6 | "
                     b"convolution_input_gradient 0.5 0.5 / 0.4 0.6")
    yield "line_end", b"avx2 | features 64 102\n4 | lanes 1 128 | forward 0.4 0.5 / 0.3 0.45"


CORPORA = {"pt": pickles, "npy": arrays, "npz": archives, "safetensors": safe, "pickle": cifar_pickles, "image": images,
           "topology_file": topology_files, "checkpoint": checkpoints, "stored_layers": stored_layers, "journal": journals,
           "events": events, "config": configurations, "settings": settings, "sweep": sweeps, "elements": elements, "lottery": lotteries,
           "layers": layer_lists, "csv": tables, "idx": idx_files, "cifar": cifar_files, "arrays": own_data, "masks": masks,
           "crossovers": crossovers, "words": words,
           "features": lambda: [("some", b"3\n1\n\n20\n"), ("twice", b"3\n3\n"), ("word", b"3\nx\n")]}


def main():
    root = Path(sys.argv[1])
    for folder, inputs in CORPORA.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name, content in inputs():
            (root / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
