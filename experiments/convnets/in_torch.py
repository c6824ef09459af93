#!/usr/bin/env python3
"""Trains ResNet-20 on CIFAR-10 with PyTorch by the recipe of base.toml, dense or with RigL's masks at ERK densities.

Written apart from Espalier's own code, for its accuracies to be compared with. What base.toml says is repeated here: crops of images
padded with 4 black pixels, flips, published constants, a tenth held out, batches of 128, SGD with momentum 0.9 and weight decay 1e-4 on
every parameter, the rate 0.1 falling as half a cosine by steps, Kaiming normal weights by fan-in. RigL (Evci et al. 2020, algorithm 1):
every 100 steps through the first three quarters of training a share of each layer's kept weights, 0.3 falling as half a cosine, goes by
magnitude and comes back by gradient, at zero, behind the optimizer step as Espalier has it; first and last layer take part.

Usage: in_torch.py FOLDER [--density D] [--seed N] [--epochs N] [--threads N] [--checkpoint FILE]; FOLDER holds CIFAR-10's binary files.
Needs PyTorch and NumPy. One line per epoch: validation accuracy, seconds by the clock, and seconds of the processor. FILE is written after
each epoch, and a run that finds it goes on from there: equal to one that was never stopped.
"""
import argparse
import math
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "benchmarks" / "peers"))
import torch_convnets  # noqa: E402

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616)


def read(folder, names):
    rows = np.concatenate([np.fromfile(folder / name, np.uint8).reshape(-1, 3073) for name in names])
    return torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(rows[:, 0].astype(np.int64))


def standardised(images):
    mean, std = torch.tensor(MEAN).view(3, 1, 1), torch.tensor(STD).view(3, 1, 1)
    return ((images.float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)


def augmented(images, generator):
    """A crop of each image padded by 4 black pixels, flipped half of the time."""
    count = len(images)
    padded = F.pad(images, (4, 4, 4, 4))
    top, left = torch.randint(9, (2, count), generator=generator)
    columns = torch.arange(32).repeat(count, 1)
    flips = torch.rand(count, generator=generator) < 0.5
    columns[flips] = columns[flips].flip(1)
    rows = (top[:, None] + torch.arange(32))[:, None, :, None]
    columns = (left[:, None] + columns)[:, None, None, :]
    return padded[torch.arange(count)[:, None, None, None], torch.arange(3)[None, :, None, None], rows, columns]


def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        hits = sum(int((network(standardised(x)).argmax(1) == y).sum()) for x, y in zip(images.split(500), labels.split(500)))
    network.train()
    return 100 * hits / len(labels)


def erk_densities(shapes, density):
    """The density of each layer (Evci et al. 2020, appendix): raw scores (sum of dimensions) / (their product), at most 1."""
    full = set()
    while True:
        budget = density * sum(map(math.prod, shapes)) - sum(math.prod(shapes[i]) for i in full)
        scale = budget / sum(sum(shape) for i, shape in enumerate(shapes) if i not in full)
        over = [i for i, shape in enumerate(shapes) if i not in full and scale * sum(shape) / math.prod(shape) > 1]
        if not over:
            return [1.0 if i in full else scale * sum(shape) / math.prod(shape) for i, shape in enumerate(shapes)]
        full.update(over)


def replace(weight, mask, gradient, momentum, fraction):
    """Drops a share of the kept weights by magnitude, and grows as many by gradient where none was kept."""
    kept, w, g = mask.flatten() > 0, weight.data.flatten(), gradient.flatten().abs()
    count = min(int(fraction * int(kept.sum())), int((~kept).sum()))
    dropped = torch.topk(w.abs().masked_fill(~kept, math.inf), count, largest=False).indices
    grown = torch.topk(g.masked_fill(kept, -1.0), count).indices
    changed = mask.flatten().clone()
    changed[dropped], changed[grown] = 0.0, 1.0
    mask.copy_(changed.view_as(mask))
    weight.data.mul_(mask)
    weight.data.view(-1)[grown] = 0.0
    momentum.mul_(mask)
    momentum.view(-1)[grown] = 0.0


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--density", type=float, default=1.0)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--epochs", type=int, default=30)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--checkpoint", type=pathlib.Path)
    options = arguments.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    generator = torch.Generator().manual_seed(options.seed)

    images, labels = read(options.folder, [f"data_batch_{k}.bin" for k in range(1, 6)])
    test = read(options.folder, ["test_batch.bin"])
    order = torch.randperm(len(labels), generator=generator)
    held = len(labels) // 10
    validation, train = (images[order[:held]], labels[order[:held]]), order[held:]

    network = torch_convnets.MODELS["cifar_resnet_20"]().to(memory_format=torch.channels_last)
    weights = [p for p in network.parameters() if p.dim() > 1]
    for weight in weights:
        nn.init.kaiming_normal_(weight)
    densities = erk_densities([tuple(w.shape) for w in weights], options.density) if options.density < 1 else []
    masks = []
    for weight, density in zip(weights, densities):
        mask = torch.zeros(weight.numel())
        mask[torch.randperm(weight.numel())[: round(density * weight.numel())]] = 1
        masks.append(mask.view_as(weight))
        weight.data.mul_(masks[-1])

    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    per_epoch = -(-len(train) // 128)
    steps = options.epochs * per_epoch
    step, start, processor, first = 0, time.time(), -time.process_time(), 0
    if options.checkpoint and options.checkpoint.exists():
        saved = torch.load(options.checkpoint, weights_only=True)
        if saved["options"] != [options.density, options.seed, options.epochs]:
            sys.exit(f"{options.checkpoint}: of another run, at density, seed and epochs {saved['options']}")
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        masks = saved["masks"]
        generator.set_state(saved["generator"])
        torch.set_rng_state(saved["random"])
        step, first = saved["step"], saved["epoch"]
        start, processor = start - saved["seconds"], processor + saved["processor"]
    for epoch in range(first, options.epochs):
        for batch in train[torch.randperm(len(train), generator=generator)].split(128):
            optimizer.param_groups[0]["lr"] = 0.05 * (1 + math.cos(math.pi * step / steps))
            step += 1
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(network(standardised(augmented(images[batch], generator))), labels[batch]).backward()
            updates = bool(masks) and step % 100 == 0 and step < 0.75 * steps
            gradients = [weight.grad.clone() for weight in weights] if updates else []
            for weight, mask in zip(weights, masks):
                weight.grad.mul_(mask)
            optimizer.step()
            for weight, mask in zip(weights, masks):
                weight.data.mul_(mask)
            fraction = 0.15 * (1 + math.cos(math.pi * step / (0.75 * steps)))
            for weight, mask, gradient in zip(weights, masks, gradients):
                replace(weight, mask, gradient, optimizer.state[weight]["momentum_buffer"], fraction)
        print(f"epoch {epoch + 1}: validation {accuracy(network, *validation):.2f} %, {time.time() - start:.0f} s, "
              f"{processor + time.process_time():.0f} s of the processor", flush=True)
        if options.checkpoint:
            part = options.checkpoint.with_suffix(".part")
            torch.save({"options": [options.density, options.seed, options.epochs], "network": network.state_dict(),
                        "optimizer": optimizer.state_dict(), "masks": masks, "generator": generator.get_state(),
                        "random": torch.get_rng_state(), "step": step, "epoch": epoch + 1, "seconds": time.time() - start,
                        "processor": processor + time.process_time()}, part)
            part.replace(options.checkpoint)
    print(f"test {accuracy(network, *test):.2f} %")


if __name__ == "__main__":
    main()
