#!/usr/bin/python3
"""PyTorch's side of the comparison of convolutional networks: the same protocol as espalier_worker's (see worker.cpp).

usage: torch_convnets.py convnet_step|convnet_evaluation model=NAME [batch=128] [density=1] [channels_last=0|1] [compiled=0|1]
                                                         [threads=1]

One training step on images of 3x32x32: forward, cross-entropy, backward, SGD with momentum 0.9. Below density 1 weights are
masked as published programs do it: gradients are multiplied before the step, weights behind it; the time is that of dense training.
Or one forward pass in evaluation mode, batch norm folded into the convolutions before it.
"""
import protocol
import torch
import torch.nn.functional as F
from torch import nn


def conv3(inputs, outputs, stride=1, bias=False):
    return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)


class Shortcut(nn.Module):
    """Adds the input, projected where the shape changes, to what the branch makes of it."""

    def __init__(self, branch, inputs, outputs, stride):
        super().__init__()
        self.branch = branch
        changes = inputs != outputs or stride != 1
        self.around = (nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) if changes
                       else nn.Identity())

    def forward(self, x):
        return F.relu(self.branch(x) + self.around(x))


def basic(inputs, channels, stride):
    branch = nn.Sequential(conv3(inputs, channels, stride), nn.BatchNorm2d(channels), nn.ReLU(),
                           conv3(channels, channels), nn.BatchNorm2d(channels))
    return Shortcut(branch, inputs, channels, stride), channels


def bottleneck(inputs, channels, stride):
    wide = 4 * channels
    branch = nn.Sequential(nn.Conv2d(inputs, channels, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
                           conv3(channels, channels, stride), nn.BatchNorm2d(channels), nn.ReLU(),
                           nn.Conv2d(channels, wide, 1, bias=False), nn.BatchNorm2d(wide))
    return Shortcut(branch, inputs, wide, stride), wide


def resnet(block, width, blocks):
    layers, inputs = [conv3(3, width), nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, count in enumerate(blocks):
        for k in range(count):
            layer, inputs = block(inputs, width << stage, 2 if stage and k == 0 else 1)
            layers.append(layer)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


def vgg(plan, bias, head):
    layers, inputs = [], 3
    for channels in plan:
        if channels == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [conv3(inputs, channels, bias=bias), nn.BatchNorm2d(channels), nn.ReLU()]
            inputs = channels
    return nn.Sequential(*layers, *head)


VGG_16 = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512]
VGG_11 = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512]
MODELS = {
    "cifar_resnet_20": lambda: resnet(basic, 16, (3, 3, 3)),
    "resnet50_cifar": lambda: resnet(bottleneck, 64, (3, 4, 6, 3)),
    "vgg11": lambda: vgg(VGG_11, False, [nn.AvgPool2d(2), nn.Flatten(), nn.Linear(512, 10)]),
    "vgg-like": lambda: vgg([*VGG_16, "M"], True, [nn.Flatten(), nn.Linear(512, 512), nn.ReLU(), nn.BatchNorm1d(512),
                                                   nn.Linear(512, 10)]),
}


def convnet_step(model, batch, density, channels_last=0, compiled=0, erk=0):
    del erk  # masks cost the same, wherever they are
    network = MODELS[model]()
    x, y = torch.rand(batch, 3, 32, 32) * 2 - 1, torch.randint(10, (batch,))
    if channels_last:
        network, x = network.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    weights = [p for p in network.parameters() if p.dim() > 1]
    masks = [(torch.rand_like(w) < density).float() for w in weights] if density < 1 else []
    for w, m in zip(weights, masks):
        w.data.mul_(m)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    forward = torch.compile(network) if compiled else network

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(forward(x), y).backward()
        for w, m in zip(weights, masks):
            w.grad.mul_(m)
        optimizer.step()
        for w, m in zip(weights, masks):
            w.data.mul_(m)

    return step, sum(int(m.sum()) for m in masks) or sum(w.numel() for w in weights)


def folded(module):
    """The module in evaluation mode, batch norms folded into the convolutions that they follow."""
    if isinstance(module, Shortcut):
        module.branch, module.around = folded(module.branch), folded(module.around)
    if not isinstance(module, nn.Sequential):
        return module
    layers = []
    for layer in module:
        if isinstance(layer, nn.BatchNorm2d) and layers and isinstance(layers[-1], nn.Conv2d):
            layers[-1] = nn.utils.fusion.fuse_conv_bn_eval(layers[-1], layer)
        else:
            layers.append(folded(layer))
    return nn.Sequential(*layers)


def evaluated_network(model):
    return folded(MODELS[model]().eval()).requires_grad_(False)


def convnet_evaluation(model, batch, density, channels_last=0, compiled=0, erk=0):
    del density, erk  # dense, whatever is kept
    network, x = evaluated_network(model), torch.rand(batch, 3, 32, 32) * 2 - 1
    if channels_last:
        network, x = network.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    forward = torch.compile(network) if compiled else network

    def evaluate():
        with torch.inference_mode():
            forward(x)

    return evaluate, sum(p.numel() for p in network.parameters() if p.dim() > 1)


def main():
    kind, values = protocol.request({"convnet_step": convnet_step, "convnet_evaluation": convnet_evaluation})
    torch.manual_seed(1)
    torch.set_num_threads(values.pop("threads"))
    protocol.serve(*kind(**values))


if __name__ == "__main__":
    main()
