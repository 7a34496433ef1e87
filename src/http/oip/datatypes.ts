import { DTYPES, type DType } from '../../tensor/tensor.js'

/** Names of the Open Inference Protocol. Strings (`BYTES`) are none of the graphs' types here. */
const OIP_NAMES: Readonly<Record<DType, string>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
}

const DTYPES_BY_NAME: ReadonlyMap<string, DType> = new Map(
  (Object.keys(OIP_NAMES) as DType[]).map((dtype) => [OIP_NAMES[dtype], dtype]),
)

export const OIP_DATATYPES: readonly string[] = Object.values(OIP_NAMES)

export function dtypeToOip(dtype: DType): string {
  return OIP_NAMES[dtype]
}

export function oipToDtype(name: string): DType | undefined {
  return DTYPES_BY_NAME.get(name)
}

export function elementBytes(dtype: DType): number {
  return DTYPES[dtype].BYTES_PER_ELEMENT
}
