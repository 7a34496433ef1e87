import { signal } from '@preact/signals'

const STORED_AS = 'radserve-key'

/** Kept for as long as this tab lives and nowhere else. */
let key = sessionStorage.getItem(STORED_AS) ?? undefined

/** Somebody is asked for a key: whether one was tried already. */
export const keyWanted = signal<{ readonly wasRefused: boolean } | undefined>(undefined)

let asked: { promise: Promise<boolean>; answer: (isGiven: boolean) => void } | undefined

export function currentKey(): string | undefined {
  return key
}

/** Asks for a key once, however many requests want one; whether somebody gave one. */
export function askKey(wasRefused: boolean): Promise<boolean> {
  keyWanted.value = { wasRefused }
  if (asked === undefined) {
    let answer: (isGiven: boolean) => void = () => undefined
    const promise = new Promise<boolean>((resolve) => (answer = resolve))
    asked = { promise, answer }
  }
  return asked.promise
}

/** Without a key: it was not given. */
export function answerKey(given: string | undefined): void {
  if (given !== undefined) {
    key = given
    sessionStorage.setItem(STORED_AS, given)
  }
  keyWanted.value = undefined
  asked?.answer(given !== undefined)
  asked = undefined
}

export function forgetKey(): void {
  key = undefined
  sessionStorage.removeItem(STORED_AS)
}
