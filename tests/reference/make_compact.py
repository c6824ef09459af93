#!/usr/bin/python3
"""Writes the small reference values beside this script from the full ones, which hold what the authors' programs gave.

usage: make_compact.py FOLDER     FOLDER holds erk.json, nnstd.json, node_path.json, ramanujan.json, convnets/ and their
                                  inputs.

No number is computed here: values are copied as they are, inputs are stored in fewer bytes. Left out are the networks that
authors published, and what is too large. README.md says what each file holds.
"""
import json
import pathlib
import sys

import numpy
from scipy.sparse import load_npz

# Of the golden cases of image layers, optimizers and schedules: small ones, of each kind those with edges.
LAYER_CASES = """
conv3x3_one_weight conv_groups2 conv3x3_tf_same_s2 conv1d_same_even conv_batch1_1x1map
bn2d_cumulative bn2d_constant_channel bn2d_two_values layer_norm_nchw layer_norm_rows group_norm_instance
gelu_exact max_2_odd_ceil max_3_s2_pad1_ceil max_overlap_ties avg_3_s2_pad1_exclude avg_3_s2_ceil adaptive_avg_7_of_1 adaptive_max_3_of_8
adaptive_max_ties shortcut_A_odd reflect_pad4 relu_zeros add_then_relu log_softmax ce_smooth0.1
sgd_momentum sgd_nesterov_masked sgd_lr_drop adam_l2 adamw cosine_T7 multistep_160""".split()
# Networks; of their training that with masks alone.
MODELS = ("mobilenet_tiny", "bottleneck_tiny", "slak_tiny")
NOT_OF_MODELS = ("masked/momentum_3/", "dense/")

HERE = pathlib.Path(__file__).resolve().parent
NO_ENTRIES = ("description", "seconds_original_code", "files", "unique_optimum")


def slim(value):
    if isinstance(value, dict):
        return {key: slim(entry) for key, entry in value.items() if key not in NO_ENTRIES}
    return [slim(entry) for entry in value] if isinstance(value, list) else value


def write_json(name, sections):
    """One line an entry."""
    parts = []
    for section, entries in sections.items():
        lines = ",\n".join(f"{json.dumps(key)}:{json.dumps(slim(entry), separators=(',', ':'))}"
                           for key, entry in entries.items())
        parts.append(f"{json.dumps(section)}:{{\n{lines}\n}}")
    (HERE / name).write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def write_npz(name, arrays):
    (HERE / name).parent.mkdir(exist_ok=True)
    numpy.savez_compressed(HERE / name, **arrays)


def copy_arrays(source, name, left_out=()):
    """The same numbers; whole ones in the narrowest type that has them."""
    arrays = {}
    with numpy.load(source / name) as file:
        for key in file.files:
            if key in left_out:
                continue
            array = file[key]
            if array.dtype.kind in "iu" and array.size > 0:
                array = array.astype(numpy.uint8 if array.max() < 256 else numpy.uint16)
            arrays[key] = array
    write_npz(name, arrays)


def erk(source):
    full = json.loads((source / "erk.json").read_text(encoding="utf-8"))
    shapes = {network: [{"shape": layer["shape"]} for layer in layers] for network, layers in full["shapes"].items()}
    write_json("erk.json", {"shapes": shapes, "allocations": full["allocations"]})


def nnstd(source):
    pairs = json.loads((source / "nnstd.json").read_text(encoding="utf-8"))["synthetic_pairs_with_unique_optimum"]
    write_json("nnstd.json", {"synthetic_pairs_with_unique_optimum": pairs})
    for name in pairs:
        for which in ("first", "second"):
            layers = [load_npz(source / "topologies/synthetic" / name / which / f"layer{k}.npz") for k in range(3)]
            # [inputs and a bias, outputs] to masks [outputs, inputs]
            masks = {f"layer{k}": (layer.toarray()[:-1] != 0).T.astype(numpy.uint8) for k, layer in enumerate(layers)}
            write_npz(f"nnstd/{name}_{which}.npz", masks)
    (HERE / "nnstd/permuted_second_layer2_scipy.npz").write_bytes(
        (source / "topologies/synthetic/permuted/second/layer2.npz").read_bytes())


def node_path(source):
    cases = json.loads((source / "node_path.json").read_text(encoding="utf-8"))["cases"]
    write_json("node_path.json", {"cases": cases})
    for entry in cases.values():
        copy_arrays(source, entry["file"])


def ramanujan(source):
    full = json.loads((source / "ramanujan.json").read_text(encoding="utf-8"))
    ours = {section: {name: entry for name, entry in full[section].items() if not name.startswith("set_")}
            for section in ("layers", "chains", "spectra")}
    write_json("ramanujan.json", ours)
    for entry in ours["layers"].values():
        # its weights are half of all bytes here
        copy_arrays(source, entry["file"], ("weight",) if "er_512x512" in entry["file"] else ())
    for entry in ours["chains"].values():
        copy_arrays(source, entry["file"])
    for name in ours["spectra"]:
        left_out = ("weighted", "weighted_abs") if name.startswith("er_512x512") else ()
        copy_arrays(source, f"ramanujan/spectrum_{name}.npz", left_out)


def decision_arrays(file):
    """Of each kind of decision one; of scores two layers, of their masks one density."""
    for key in file.files:
        case, part = key.split("/", 1)
        if case in ("granet_event3", "granet_uniform_event6", "itop_ties"):
            if "/momentum/" not in key and not part.startswith(("after/weight", "fired")):
                yield key
        elif case == "chase_umm_limits":
            if not part.startswith(("before/momentum", "after_grow/weight", "after_grow/momentum", "exported",
                                    "logits_after")):
                yield key
        elif case == "pai_resnet8_w4":
            kind, _, layer = (part + "//").split("/", 2)
            is_shown = {"score": layer.startswith(("conv.weight", "fc.weight")),
                        "mask": layer.startswith("0.1/") or "synflow_100" in part}
            if is_shown.get(kind, True):
                yield key


def decisions(source):
    full = json.loads((source / "convnets/methods.json").read_text(encoding="utf-8"))
    arrays = {}
    with numpy.load(source / "convnets/methods.npz") as file:
        for key in decision_arrays(file):
            array = file[key]
            if array.dtype.kind in "iu":
                array = array.astype(numpy.uint8)
            elif (array == array.astype(numpy.float32)).all():
                array = array.astype(numpy.float32)
            arrays[key] = array
    cases = sorted({key.split("/")[0] for key in arrays})
    write_json("decisions.json", {"cases": {case: full[case] for case in cases}})
    write_npz("decisions.npz", arrays)


def convnets(source):
    """float32 where the numbers are exact in it, as there."""
    about = json.loads((source / "convnets/layers.json").read_text(encoding="utf-8"))
    entries = {name: {key: value for key, value in about[name].items() if key != "single_precision_error"}
               for name in LAYER_CASES}
    lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}" for name, entry in entries.items())
    (HERE / "convnets").mkdir(exist_ok=True)
    (HERE / "convnets/layers.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    with numpy.load(source / "convnets/layers.npz") as file:
        write_npz("convnets/layers.npz", {key: file[key] for key in file.files if key.split("/")[0] in entries})
    for name in MODELS:
        with numpy.load(source / f"convnets/models/{name}.npz") as file:
            write_npz(f"convnets/{name}.npz", {key: file[key] for key in file.files if not key.startswith(NOT_OF_MODELS)})


def residual_alignment(source):
    """A ResNet-20 four channels wide, a copy with permuted channels and noise, and the permutations that bring it back;
    weights in single precision."""
    name = "alignment/resnet20_w4"
    about = json.loads((source / "convnets/extras.json").read_text(encoding="utf-8"))[name]
    arrays = {}
    with numpy.load(source / "convnets/models/resnet20_w4.npz") as model, numpy.load(source / "convnets/extras.npz") as extras:
        prefix = about["weights"] + "/"
        own = {key[len(prefix):]: model[key] for key in model.files if key.startswith(prefix)}
        moved = dict(own)
        for group, uses in about["groups"].items():
            arrays[f"found/{group}"] = extras[f"{name}/found/{group}"].astype(numpy.uint8)
            for tensor, axis in uses:
                if tensor in moved:
                    moved[tensor] = numpy.take(moved[tensor], extras[f"{name}/permutation/{group}"], axis=axis)
        for key, array in own.items():
            if "running" in key:
                continue
            noise = extras[f"{name}/noise/{key}"] if f"{name}/noise/{key}" in extras.files else 0
            arrays[f"own/{key}"] = array.astype(numpy.float32)
            arrays[f"moved/{key}"] = (moved[key] + noise).astype(numpy.float32)
    arrays["objective"] = numpy.array([about["objective_start"], about["objective_of_true_permutation"]])
    write_npz("convnets/alignment.npz", arrays)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for part in (erk, nnstd, node_path, ramanujan, decisions, convnets, residual_alignment):
        part(pathlib.Path(sys.argv[1]))


main()
