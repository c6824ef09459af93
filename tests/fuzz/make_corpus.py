#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets: small whole files of each format. What fuzzing found is kept beside them.

    tests/fuzz/make_corpus.py tests/fuzz/corpus
"""

import collections
import io
import json
import pickle
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image


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
        archive.writestr("m/data.pkl", text)
        archive.writestr("m/byteorder", "little")
        archive.writestr("m/data/0", np.arange(6, dtype="<f4").tobytes())
        archive.writestr("m/version", "3\n")
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


def main():
    root = Path(sys.argv[1])
    for folder, inputs in (("pt", pickles()), ("npy", arrays()), ("npz", archives()), ("safetensors", safe()),
                           ("pickle", cifar_pickles()), ("image", images())):
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name, content in inputs:
            (root / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
