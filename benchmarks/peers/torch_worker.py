#!/usr/bin/python3
"""PyTorch's side of the comparison: the same work as espalier_worker's, the same protocol (see worker.cpp).

usage: torch_worker.py KIND [name=value ...]

KIND is mlp_step (shape, batch, density), linear (width, batch, density) or csr_product (width, batch, density).

A sparse layer is a dense one whose weights are multiplied with a mask, as the published programs do it. Of their forms the
cheapest: the gradient is multiplied with the mask before the optimizer's step and the weight after it, so that forward and
backward find weights that are zero already. At density 1 there are no masks: a dense network.
"""
import protocol
import torch
import torch.nn.functional as F


def masked(rows, cols, density):
    """A weight matrix with a leaf tensor's gradient, and its mask, None at density 1."""
    weight = torch.nn.Parameter(torch.rand(rows, cols).sub_(0.5).mul_(2 / max(1, density * cols) ** 0.5))
    if density >= 1:
        return weight, None
    mask = (torch.rand(rows, cols) < density).float()
    weight.data.mul_(mask)
    return weight, mask


def kept(weights, masks):
    return sum(w.numel() if m is None else int(m.sum()) for w, m in zip(weights, masks))


def mlp_step(shape, batch, density):
    layers = [masked(outputs, inputs, density) for inputs, outputs in zip(shape, shape[1:])]
    weights, masks = [w for w, _ in layers], [m for _, m in layers]
    biases = [torch.nn.Parameter(torch.zeros(width)) for width in shape[1:]]
    optimizer = torch.optim.SGD(weights + biases, lr=0.1, momentum=0.9)
    x, y = torch.rand(batch, shape[0]) * 2 - 1, torch.randint(shape[-1], (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)  # a tenth faster than zeros, and the default of later versions
        h = x
        for k, (weight, bias) in enumerate(zip(weights, biases)):
            h = F.linear(h, weight, bias)
            if k + 1 < len(weights):
                h = F.relu(h)
        F.cross_entropy(h, y).backward()
        with torch.no_grad():
            for weight, mask in zip(weights, masks):
                if mask is not None:
                    weight.grad.mul_(mask)
            optimizer.step()
            for weight, mask in zip(weights, masks):
                if mask is not None:
                    weight.mul_(mask)

    return step, kept(weights, masks)


def linear(width, batch, density):
    weight, mask = masked(width, width, density)
    bias = torch.nn.Parameter(torch.zeros(width))
    x = (torch.rand(batch, width) * 2 - 1).requires_grad_()
    gradient = torch.rand(batch, width) * 2 - 1

    def step():
        weight.grad = bias.grad = x.grad = None
        F.linear(x, weight, bias).backward(gradient)
        if mask is not None:
            weight.grad.mul_(mask)

    return step, kept([weight], [mask])


def csr_product(width, batch, density):
    weight, mask = masked(width, width, density)
    matrix = weight.detach().to_sparse_csr()
    x = torch.rand(width, batch) * 2 - 1
    return lambda: matrix @ x, kept([weight], [mask])


def main():
    kind, values = protocol.request({"mlp_step": mlp_step, "linear": linear, "csr_product": csr_product})
    torch.manual_seed(1)
    torch.set_num_threads(values.pop("threads"))
    protocol.serve(*kind(**values))


main()
