#!/usr/bin/python3
"""ONNX Runtime's side of the comparison of convolutional networks in evaluation (see worker.cpp for the protocol).

usage: onnx_convnets.py convnet_evaluation model=NAME [batch=128] [threads=1]

The network is PyTorch's, batch norms folded, written as ONNX and read back; its sessions optimise graphs as they do by default.
"""
import io
import warnings

import onnxruntime
import protocol
import torch
import torch_convnets


def convnet_evaluation(model, batch, density, threads, erk=0):
    del density, erk  # dense, whatever is kept
    network, x = torch_convnets.evaluated_network(model), torch.rand(batch, 3, 32, 32) * 2 - 1
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (x,), written, input_names=["x"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(written.getvalue(), options, providers=["CPUExecutionProvider"])
    inputs = {"x": x.numpy()}
    return (lambda: session.run(None, inputs)), sum(p.numel() for p in network.parameters() if p.dim() > 1)


def main():
    kind, values = protocol.request({"convnet_evaluation": convnet_evaluation})
    torch.manual_seed(1)
    torch.set_num_threads(values["threads"])
    protocol.serve(*kind(**values))


if __name__ == "__main__":
    main()
