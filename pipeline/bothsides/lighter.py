"""Rewritings of an exported encoder that spare work or memory in prediction and change nothing but last digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx


def scale_queries(model: onnx.ModelProto) -> int:
    """Scale the weights of the queries, once, and not each layer's scores; give how many layers'.

    An encoder whose scores come about in another way stays as it is.
    """
    from onnx import numpy_helper

    graph = model.graph
    tensors = {i.name: i for i in graph.initializer}
    made = {name: node for node in graph.node for name in node.output}
    constants = {n.output[0]: n for n in graph.node if n.op_type == "Constant" and n.attribute[0].name == "value"}
    found = 0
    for node in [n for n in graph.node if n.op_type == "Div" and n.input[1] in constants]:
        plus = _behind(made, node.input[0], "MatMul", "Transpose", "Reshape")
        times = made.get(plus.input[1]) if plus is not None and plus.op_type == "Add" else None
        if plus is None or times is None:
            continue
        held = (plus.input[0], times.input[1])
        # Equal tensors are exported as one: what anything else reads too must keep its values.
        if any(name not in tensors or len(_readers(model, name)) > 1 for name in held):
            continue
        by = numpy_helper.to_array(constants[node.input[1]].attribute[0].t)
        for name in held:
            array = (numpy_helper.to_array(tensors[name]) / by).astype(np.float32)
            tensors[name].CopyFrom(numpy_helper.from_array(array, name))
        _pass_by(model, node.output[0], node.input[0])
        graph.node.remove(node)
        if not _readers(model, node.input[1]):
            graph.node.remove(constants[node.input[1]])
        found += 1
    return found


def join_masks(model: onnx.ModelProto) -> int:
    """Add the mask to the bias of positions, once, and not both to each layer's scores; give how many layers'.

    An encoder that has no bias of positions stays as it is.
    """
    from onnx import helper

    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    joined: dict[tuple[str, str], str] = {}
    found = 0
    for softmax in [n for n in graph.node if n.op_type == "Softmax"]:
        biased = _behind(made, softmax.input[0], "Add")
        if biased is None or biased.op_type != "Add":
            continue
        masked = made[softmax.input[0]]
        pair = (biased.input[1], masked.input[1])
        if pair not in joined:
            joined[pair] = f"{biased.output[0]}_and_mask"
            at = next(i for i, node in enumerate(graph.node) if biased.output[0] in node.output)
            graph.node.insert(at, helper.make_node("Add", list(pair), [joined[pair]], joined[pair]))
        biased.input[1] = joined[pair]
        softmax.input[0] = biased.output[0]
        graph.node.remove(masked)
        found += 1
    return found


def halve_words(model: onnx.ModelProto) -> None:
    """Store the largest table that a model looks rows up in as fp16; its rows are widened when looked up."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    tables = {i.name: i for i in graph.initializer if i.data_type == TensorProto.FLOAT}
    lookups = [(n, node) for n, node in enumerate(graph.node) if node.op_type == "Gather" and node.input[0] in tables]
    at, lookup = max(lookups, key=lambda found: np.prod(tables[found[1].input[0]].dims))
    table = tables[lookup.input[0]]
    table.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), table.name))
    wide, lookup.output[0] = lookup.output[0], f"{lookup.output[0]}_fp16"
    graph.node.insert(
        at + 1, helper.make_node("Cast", [lookup.output[0]], [wide], f"{wide}_cast", to=TensorProto.FLOAT)
    )


def _behind(made: Mapping[str, onnx.NodeProto], name: str, *kinds: str) -> onnx.NodeProto | None:
    """Go back from a value through nodes of these kinds, by the first input of each; none where another kind comes."""
    node = made.get(name)
    for kind in kinds:
        if node is None or node.op_type != kind:
            return None
        node = made.get(node.input[0])
    return node


def _readers(model: onnx.ModelProto, name: str) -> list[onnx.NodeProto]:
    return [node for node in model.graph.node if name in node.input]


def _pass_by(model: onnx.ModelProto, name: str, other: str) -> None:
    """Let all that reads one value read another."""
    for node in _readers(model, name):
        for i, value in enumerate(node.input):
            if value == name:
                node.input[i] = other
