import { AppError } from '../errors.js'
import type { Clock } from '../ports.js'

/** Deaths of lanes within the window that one owner may cause. */
const STRIKES = 2
const WINDOW_MS = 10 * 60_000

/** Who has killed lanes. Two deaths within ten minutes, without a run in between that went well, and the owner is out. */
export interface Quarantine {
  /**
   * A lane died while it did the owner's work, which it had begun at `beganMs`; whether the owner is now quarantined. Lanes
   * that were at work when another of the owner's died before are one strike with that: something else may end all of them
   * at once, and what really kills lanes does so again when it is tried again.
   */
  strike(owner: string, beganMs?: number): boolean
  /** The work that was blamed went well when it was tried again: somebody else killed the lane. */
  acquit(owner: string): void
  pardon(owner: string): void
  has(owner: string): boolean
  list(): string[]
  /** Throws `model_quarantined`. */
  check(owner: string): void
}

export function createQuarantine(clock: Clock): Quarantine {
  const strikes = new Map<string, number[]>()
  const out = new Set<string>()
  const has = (owner: string) => out.has(owner)
  return {
    has,
    list: () => [...out],
    strike(owner, beganMs = Infinity) {
      const nowMs = clock.nowMs()
      const recent = (strikes.get(owner) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS)
      if (!recent.some((atMs) => beganMs < atMs)) recent.push(nowMs)
      strikes.set(owner, recent)
      if (recent.length >= STRIKES) out.add(owner)
      return has(owner)
    },
    acquit: (owner) => void strikes.delete(owner),
    pardon(owner) {
      strikes.delete(owner)
      out.delete(owner)
    },
    check(owner) {
      if (has(owner)) throw quarantined(owner)
    },
  }
}

export function quarantined(owner: string): AppError {
  return new AppError(
    'model_quarantined',
    `The pack ${owner} ended the process that ran it twice; it is not run until it is loaded again by name.`,
  )
}
