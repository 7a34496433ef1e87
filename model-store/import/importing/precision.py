"""One graph in a lower precision. What goes in and what comes out keeps its type."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel

from .draft import PackError
from .recorded import Feeds

CONVOLUTIONS = ("Conv", "ConvTranspose")
QUANTIZED = ("MatMulInteger", "DynamicQuantizeMatMul", "QuantizeLinear", "DynamicQuantizeLinear")
MIN_CALIBRATION_RUNS = 8
"""Fewer say too little of the ranges that activations have."""
MAX_PROTO_BYTES = 2**31 - 1
KEPT_IN_FP32 = ["Resize", "Upsample", "ReduceMean", "ReduceSum", "Softmax", "LogSoftmax", "LayerNormalization", "InstanceNormalization", "GroupNormalization", "Exp", "Log", "Pow"]
"""Sums and powers of many values: in half precision they overflow (SD 2.x's attention gives black pictures) or lose the small ones."""


def convert(source: Path, target: Path, precision: str, runs: list[Feeds]) -> None:
    """Throws `PackError` where the graph has convolutions and there are too few films to calibrate them with."""
    if precision == "fp16":
        _half(source, target)
    else:
        _quantized(source, target, runs)
    onnx.checker.check_model(str(target))


def _half(source: Path, target: Path) -> None:
    model = onnx.load(source)
    half = convert_float_to_float16(model, keep_io_types=True, disable_shape_infer=False, op_block_list=KEPT_IN_FP32)
    _mend_casts(half)
    _save(half, target)


def _mend_casts(model: onnx.ModelProto) -> None:
    """The converter puts its casts at the end of the list of nodes, and one that two nodes need twice."""
    once = {tuple(node.output): node for node in reversed(model.graph.node)}
    nodes = [node for node in model.graph.node if once[tuple(node.output)] is node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    OnnxModel(model).topological_sort()


def _quantized(source: Path, target: Path, runs: list[Feeds]) -> None:
    """Convolutions by ranges seen on films (static, QDQ), products of matrices by the ranges of each run (dynamic)."""
    kinds = {node.op_type for node in onnx.load(source, load_external_data=False).graph.node}
    large = source.stat().st_size > MAX_PROTO_BYTES // 2 or any(source.parent.glob(f"{source.name}.data"))
    # Weights of seven bits: where a processor multiplies bytes in pairs (x86 without VNNI), sums of eight-bit ones saturate.
    common = {"per_channel": True, "reduce_range": True, "weight_type": QuantType.QInt8, "use_external_data_format": large}
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True, save_as_external_data=large)
        common["nodes_to_exclude"] = _untie(prepared)
        if not kinds.intersection(CONVOLUTIONS):
            quantize_dynamic(prepared, target, op_types_to_quantize=["MatMul", "Gemm"], **common)
        elif len(runs) < MIN_CALIBRATION_RUNS:
            raise PackError(f"The graph {source.name} has convolutions: int8 needs {MIN_CALIBRATION_RUNS} films to calibrate it (--calibrate FOLDER), not {len(runs)}.")
        else:
            quantize_static(
                prepared, target, Films(runs), quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv", "MatMul", "Gemm"],
                activation_type=QuantType.QUInt8, **common,
            )
    made = {node.op_type for node in onnx.load(target, load_external_data=False).graph.node}
    if not made.intersection(QUANTIZED):
        raise PackError(f"{source.name} has no weights in fp32 that int8 could stand for.")


def _untie(path: Path) -> list[str]:
    """
    Names of the products whose weights are of three dims or more, which the runtime knows no scales by column for. The quantiser
    turns the weights of a Gemm round where they lie, so a table that is also looked up in (a decoder's words) is given to the
    Gemm as a copy. Shapes that are noted for values are forgotten: it infers its own.
    """
    model = onnx.load(path)
    uses = Counter(name for node in model.graph.node for name in node.input)
    weights = {weight.name: weight for weight in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Gemm" and node.input[1] in weights and uses[node.input[1]] > 1:
            copy = onnx.TensorProto()
            copy.CopyFrom(weights[node.input[1]])
            copy.name = f"{node.input[1]}.of.{node.output[0]}"
            model.graph.initializer.append(copy)
            node.input[1] = copy.name
    del model.graph.value_info[:]
    _save(model, path)
    return [node.name for node in model.graph.node if node.op_type == "MatMul" and len(getattr(weights.get(node.input[1]), "dims", ())) > 2]


class Films(CalibrationDataReader):
    """The recorded feeds, one after the other."""

    def __init__(self, runs: list[Feeds]) -> None:
        self._runs: Iterator[Feeds] = iter(runs)

    def get_next(self) -> Feeds | None:
        return next(self._runs, None)


def _save(model: onnx.ModelProto, target: Path) -> None:
    if model.ByteSize() > MAX_PROTO_BYTES:
        onnx.save(model, target, save_as_external_data=True, location=f"{target.name}.data")
    else:
        onnx.save(model, target)
