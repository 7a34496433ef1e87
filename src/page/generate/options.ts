import { signal } from '@preact/signals'

/** `name@version`; undefined is the default of the service. */
export const chosenModel = signal<string | undefined>(undefined)
export const prompt = signal('chest radiograph, adult, pleural effusion')
export const negativePrompt = signal('')
/** As typed: empty means the model's own. */
export const steps = signal('')
export const guidance = signal('')
/** As typed: empty means that one is drawn. */
export const seed = signal('')
/** Starts from the selected film in place of noise. */
export const isEdit = signal(false)
/** How far from the film, above 0 to 1. */
export const strength = signal(0.6)
/** Only what is painted changes. */
export const isMasked = signal(false)

/** The number that was typed; undefined for nothing. */
export function numberOf(typed: string): number | undefined {
  return typed.trim() === '' ? undefined : Number(typed)
}
