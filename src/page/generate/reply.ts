/** Of the event `progress`. */
export interface Progress {
  readonly step: number
  readonly of: number
  readonly eta_ms: number
  readonly previews?: readonly { readonly b64_json: string }[]
}

/** Of the event `result`, which is the answer in JSON; only what is read here. */
export interface ImagesReply {
  readonly data: readonly { readonly b64_json: string; readonly seed: number | string }[]
  /** `name@version` */
  readonly model: string
  readonly digests: { readonly model: string }
  readonly size: string
  readonly steps: number
  readonly guidance_scale: number
  readonly prompt: { readonly truncated: boolean; readonly cut: readonly string[] }
  readonly edit?: { readonly strength: number; readonly changed_share?: number }
}
