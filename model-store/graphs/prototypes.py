"""Share of each prototype in a vector: softmax(vector . prototypes / temperature), MGCA's inference form.

    vectors        float32[rows, dims]      of unit length
    temp_prototypes float32[rows, 1]        one a row, so that rows of several requests share a run
    prototypes     float32[count, dims]     unit rows; `with_prototypes` makes it a weight of the graph
    probabilities  float32[rows, count]
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

GRAPH = """<ir_version: 9, opset_import: ["" : 18], producer_name: "radserve">
prototypes (float[rows,dims] vectors, float[rows,1] temp_prototypes, float[count,dims] prototypes)
  => (float[rows,count] probabilities)
{
  turned = Transpose<perm = [1, 0]>(prototypes)
  dots = MatMul(vectors, turned)
  heated = Div(dots, temp_prototypes)
  probabilities = Softmax<axis = 1>(heated)
}
"""


def with_prototypes(model: onnx.ModelProto, matrix: np.ndarray) -> onnx.ModelProto:
    """The same graph with `prototypes` float32[count, dims] inside."""
    bound = onnx.ModelProto()
    bound.CopyFrom(model)
    inputs = [value for value in bound.graph.input if value.name != "prototypes"]
    del bound.graph.input[:]
    bound.graph.input.extend(inputs)
    bound.graph.initializer.append(numpy_helper.from_array(matrix.astype(np.float32), "prototypes"))
    return bound
