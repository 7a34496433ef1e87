import { AppError } from '../errors.js'

export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const
export type Provider = (typeof PROVIDERS)[number]

/** One execution provider on one device. */
export interface Device {
  readonly provider: Provider
  /** Number of the device among those of its kind. */
  readonly index: number
}

/** What the operator asked for, as devices to try in order; more than one only for `auto`. */
export interface DeviceChoice {
  readonly isAuto: boolean
  readonly candidates: readonly Device[]
}

const CPU: Device = { provider: 'cpu', index: 0 }

/**
 * `auto`, `cpu`, `cuda[:n]`, `tensorrt[:n]` or `webgpu`; throws `configuration` for anything else. `auto` tries CUDA and
 * then the CPU: TensorRT builds engines for minutes and WebGPU is experimental in the runtime, so those two are asked for.
 */
export function parseDevice(text: string): DeviceChoice {
  if (text === 'auto') return { isAuto: true, candidates: [{ provider: 'cuda', index: 0 }, CPU] }
  const match = /^(cpu|webgpu|cuda|tensorrt)(?::(\d{1,2}))?$/.exec(text)
  const provider = PROVIDERS.find((name) => name === match?.[1])
  const takesIndex = provider === 'cuda' || provider === 'tensorrt'
  if (provider === undefined || (match?.[2] !== undefined && !takesIndex)) {
    throw new AppError(
      'configuration',
      `The device must be auto, cpu, cuda[:n], tensorrt[:n] or webgpu, not '${text}'.`,
    )
  }
  return { isAuto: false, candidates: [{ provider, index: Number(match?.[2] ?? 0) }] }
}

export function deviceName(device: Device): string {
  const hasIndex = device.provider === 'cuda' || device.provider === 'tensorrt'
  return hasIndex ? `${device.provider}:${device.index}` : device.provider
}
