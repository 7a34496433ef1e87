import './float16.js'
import { basename } from 'node:path'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { AppError } from '../errors.js'
import type { Graph } from '../store/graph.js'
import { DTYPES, type DType, type NamedTensors, type TensorData } from '../tensor/tensor.js'
import type { Device } from './devices.js'

/** A graph in the memory of this process and of its device. */
export interface Session {
  /** Throws `invalid_tensor` when the graph does not take the feeds. */
  run(feeds: NamedTensors, outputs: readonly string[]): Promise<NamedTensors>
  /** Must not be called while a run is under way. */
  release(): Promise<void>
}

export interface SessionOptions {
  readonly device: Device
  readonly threads: number
}

/**
 * A CPU session of a larger graph has no arena: what a run took goes back to the system when it ends, or caches of many systems would
 * not keep to their budget. What that costs in page faults, and what keeps it small, is in docs/performance.md.
 */
const LARGEST_WITH_ARENA_BYTES = 128 << 20

// One Relu over two floats: onnx.helper.make_model of opset 17, IR version 9.
const PROBE = 'CAk6NwoMCgF4EgF5IgRSZWx1EgVwcm9iZVoPCgF4EgoKCAgBEgQKAggCYg8KAXkSCgoICAESBAoCCAJCBAoAEBE='

/** Runs a two-float graph on the device; throws `device_unavailable` with the runtime's reason. */
export async function probeDevice(options: SessionOptions): Promise<void> {
  try {
    const session = await InferenceSession.create(Buffer.from(PROBE, 'base64'), runtimeOptions(options, 0))
    const { y } = await session.run({ x: new OrtTensor('float32', new Float32Array([-1, 2]), [2]) })
    await session.release()
    if (y?.data[1] !== 2) throw new Error('a probe graph gave a wrong answer')
  } catch (cause) {
    throw new AppError('device_unavailable', reasonOf(cause), { cause })
  }
}

/** Throws `model_invalid` when the file is no graph or has other inputs or outputs than it should. */
export async function openSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const session = await create(graph, options)
  try {
    checkNames(graph, session)
  } catch (error) {
    await session.release()
    throw error
  }
  return {
    run: (feeds, outputs) => run(session, feeds, outputs),
    release: () => session.release(),
  }
}

async function create(graph: Graph, options: SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(graph.path, runtimeOptions(options, graph.bytes))
  } catch (cause) {
    const reason = reasonOf(cause).replaceAll(graph.path, basename(graph.path))
    throw new AppError('model_invalid', `The runtime cannot load ${basename(graph.path)}: ${reason}`, { cause })
  }
}

function runtimeOptions({ device, threads }: SessionOptions, graphBytes: number): InferenceSession.SessionOptions {
  return {
    // The list has one entry: the runtime throws where it might fall back, so the choice is made by probing.
    executionProviders: [
      device.provider === 'cuda' || device.provider === 'tensorrt'
        ? { name: device.provider, deviceId: device.index }
        : device.provider,
    ],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    enableCpuMemArena: graphBytes <= LARGEST_WITH_ARENA_BYTES,
    // Threads that spin between operators take the cores from image decoding (docs/performance.md).
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  }
}

function checkNames(graph: Graph, session: InferenceSession): void {
  const sides = [
    { side: 'input', specs: graph.inputs, found: session.inputMetadata },
    { side: 'output', specs: graph.outputs, found: session.outputMetadata },
  ] as const
  for (const { side, specs, found } of sides) {
    for (const spec of specs) {
      const metadata = found.find((entry) => entry.name === spec.name)
      if (metadata?.isTensor !== true) throw invalid(graph, `it has no ${side} ${spec.name}`)
      if (metadata.type !== spec.dtype)
        throw invalid(graph, `its ${side} ${spec.name} is ${metadata.type}, not ${spec.dtype}`)
    }
  }
  const missing = session.inputNames.find((name) => !graph.inputs.some((spec) => spec.name === name))
  if (missing !== undefined) throw invalid(graph, `it needs an input ${missing} that the manifest does not name`)
}

function invalid(graph: Graph, why: string): AppError {
  return new AppError('model_invalid', `${basename(graph.path)} does not fit its manifest: ${why}.`)
}

async function run(session: InferenceSession, feeds: NamedTensors, outputs: readonly string[]): Promise<NamedTensors> {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, dims, data }]) => [name, new OrtTensor(dtype, data as never, dims)]),
  )
  try {
    const results = await session.run(given, outputs)
    return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, fromRuntime(name, result)]))
  } catch (cause) {
    throw runError(cause)
  }
}

function fromRuntime(name: string, result: OrtTensor): NamedTensors[string] {
  const Data = DTYPES[result.type as DType] as (typeof DTYPES)[DType] | undefined
  if (Data === undefined || !(result.data instanceof Data)) {
    throw new AppError('model_invalid', `The output ${name} is ${result.type}, which is not served.`)
  }
  return { dtype: result.type as DType, dims: result.dims, data: result.data as TensorData }
}

function runError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const reason = reasonOf(cause)
  if (/alloc|out of memory/i.test(reason)) {
    return new AppError('lane_failed', 'The device has not enough memory for the run.', { cause })
  }
  return new AppError('invalid_tensor', `The graph does not take the tensors: ${reason}`, { cause })
}

function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  // "idx=1234 must be within …": the number may be a token of somebody's text.
  return text.replace(/idx=-?\d+/g, 'an index').slice(0, 400)
}
