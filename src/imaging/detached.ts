/**
 * The value with a copy of each array in it, in memory of its own, and that memory, to be moved to another thread. Cloned as it is, a
 * view would take all of the memory that it looks at along: of one map the maps of a whole batch, of a part the whole upload. What
 * threads share anyway stays as it is.
 */
export function detached<Value>(value: Value): { readonly value: Value; readonly buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = []
  // The copy has the value's own shape, which a walk over its entries cannot say.
  return { value: copyOf(value, buffers) as Value, buffers }
}

function copyOf(value: unknown, buffers: ArrayBuffer[]): unknown {
  if (isArray(value)) return arrayCopy(value, buffers)
  if (Array.isArray(value)) return value.map((item) => copyOf(item, buffers))
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, copyOf(own, buffers)]))
}

type NumberArray = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array

function isArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}

function arrayCopy(array: NumberArray, buffers: ArrayBuffer[]): NumberArray {
  if (!(array.buffer instanceof ArrayBuffer)) return array
  // Not `slice` of a Buffer: that is a view.
  const copy = array instanceof Uint8Array ? new Uint8Array(array) : array.slice()
  buffers.push(copy.buffer)
  return copy
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
