import { signal } from '@preact/signals'
import { readyCount } from './connection.js'

const STORED_AS = 'radserve-key'

/** Kept for as long as this tab lives and nowhere else. */
let key = sessionStorage.getItem(STORED_AS) ?? undefined

/** `declined`: one was asked for and not given, so nobody is asked again until they want to be. */
export const keyState = signal<'none' | 'held' | 'declined'>(key === undefined ? 'none' : 'held')

/** Somebody is asked for a key: whether one was tried already. */
export const keyWanted = signal<{ readonly wasRefused: boolean } | undefined>(undefined)

let asked: { promise: Promise<boolean>; answer: (isGiven: boolean) => void } | undefined

export function currentKey(): string | undefined {
  return key
}

/** Asks for a key once, however many requests want one; whether somebody gave one. */
export function askKey(wasRefused: boolean): Promise<boolean> {
  if (keyState.peek() === 'declined') return Promise.resolve(false)
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
  key = given
  keyState.value = given === undefined ? 'declined' : 'held'
  keyWanted.value = undefined
  if (given === undefined) sessionStorage.removeItem(STORED_AS)
  else sessionStorage.setItem(STORED_AS, given)
  asked?.answer(given !== undefined)
  asked = undefined
  // What was refused for want of a key may be asked again.
  if (given !== undefined) readyCount.value++
}

/** Opens the question by itself. */
export function offerKey(): void {
  keyState.value = 'none'
  keyWanted.value = { wasRefused: false }
}

export function forgetKey(): void {
  key = undefined
  keyState.value = 'none'
  sessionStorage.removeItem(STORED_AS)
}
