import { startRawPack, type RawPack, type RawPackOrder } from './raw-pack.js'

export interface RawGenerationAsk {
  /** Of the text and of each denoiser run: two for one guided image. */
  readonly rows: number
  readonly steps: number
  readonly width: number
  readonly height: number
}

export interface RawGenerationTimes {
  readonly totalMs: number
  readonly textMs: number
  /** Of one denoiser run, on average. */
  readonly stepMs: number
}

export type RawGeneration = RawPack<RawGenerationAsk, RawGenerationTimes>

export function startRawGeneration(order: RawPackOrder): Promise<RawGeneration> {
  return startRawPack('./generation-raw.process.ts', order)
}
