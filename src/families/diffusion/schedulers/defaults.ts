/** Which sampler takes which options, and what each is when nothing is said: the defaults of the reference library. */
import { AppError } from '../../../errors.js'
import { SCHEDULER_NAMES, type SchedulerName, type SchedulerOptions, type SchedulerSpec } from './spec.js'

const cut = {
  thresholding: false,
  dynamic_thresholding_ratio: 0.995,
  sample_max_value: 1,
} as const

const spaced = { timestep_spacing: 'linspace', steps_offset: 0 } as const

const OPTION_DEFAULTS = {
  ddim: {
    timestep_spacing: 'leading',
    steps_offset: 0,
    set_alpha_to_one: true,
    clip_sample: true,
    clip_sample_range: 1,
    ...cut,
    eta: 0,
    use_clipped_model_output: false,
  },
  pndm: { timestep_spacing: 'leading', steps_offset: 0, set_alpha_to_one: false, skip_prk_steps: false },
  euler: { ...spaced, use_karras_sigmas: false, interpolation_type: 'linear', final_sigmas_type: 'zero' },
  euler_ancestral: spaced,
  heun: { ...spaced, use_karras_sigmas: false, clip_sample: false, clip_sample_range: 1 },
  lms: { ...spaced, use_karras_sigmas: false },
  dpm_solver: {
    ...spaced,
    algorithm_type: 'dpmsolver++',
    solver_order: 2,
    solver_type: 'midpoint',
    lower_order_final: true,
    euler_at_final: false,
    use_karras_sigmas: false,
    final_sigmas_type: 'zero',
    lambda_min_clipped: null,
    ...cut,
  },
  unipc: {
    ...spaced,
    solver_order: 2,
    solver_type: 'bh2',
    predict_x0: true,
    lower_order_final: true,
    disable_corrector: [],
    use_karras_sigmas: false,
    final_sigmas_type: 'zero',
    ...cut,
  },
  lcm: {
    // The reference's class takes these three too; they change nothing, for every step ends at a distilled timestep.
    timestep_spacing: 'leading',
    steps_offset: 0,
    set_alpha_to_one: true,
    clip_sample: false,
    clip_sample_range: 1,
    ...cut,
    original_inference_steps: 50,
    timestep_scaling: 10,
  },
} as const satisfies Record<SchedulerName, Partial<SchedulerOptions>>

/** The options of one sampler, each with a value. */
export type FilledOptions<N extends SchedulerName> = Readonly<
  Pick<SchedulerOptions, Extract<keyof (typeof OPTION_DEFAULTS)[N], keyof SchedulerOptions>>
>

/** A sampler with every option that it takes: fully resolved, as an answer shows it. */
export type FilledSchedulerSpec = { [N in SchedulerName]: { readonly name: N } & FilledOptions<N> }[SchedulerName]

/** What `solver_type` may be under each sampler that takes it. */
const SOLVER_TYPES: Partial<Record<SchedulerName, readonly SchedulerOptions['solver_type'][]>> = {
  dpm_solver: ['midpoint', 'heun'],
  unipc: ['bh1', 'bh2'],
}

/**
 * The sampler that is asked for, or the pack's. What the pack says is carried over to another sampler where that one takes
 * it, as the reference library does when one of its schedulers is made from the config of another.
 *
 * Throws `invalid_option` for an option that the asked sampler does not take.
 */
export function fillScheduler(pack: SchedulerSpec, asked?: SchedulerSpec): FilledSchedulerSpec {
  const name = asked?.name ?? pack.name
  const defaults: Partial<SchedulerOptions> = OPTION_DEFAULTS[name]
  const takes = Object.keys(defaults)
  refuseForeign(asked, takes)
  const carried = Object.fromEntries(
    Object.entries(pack).filter(([key, value]) => takes.includes(key) && fits(name, key, value)),
  )
  return { ...defaults, ...carried, ...asked, name } as FilledSchedulerSpec
}

function refuseForeign(asked: SchedulerSpec | undefined, takes: readonly string[]): void {
  if (asked === undefined) return
  for (const [key, value] of Object.entries(asked)) {
    if (key === 'name') continue
    const pointer = `/${key}`
    if (!takes.includes(key)) {
      throw refused(pointer, `${asked.name} takes no ${key}; it takes ${takes.join(', ')}.`)
    }
    if (!fits(asked.name, key, value)) {
      throw refused(pointer, `${asked.name} takes as ${key} one of ${SOLVER_TYPES[asked.name]!.join(', ')}.`)
    }
  }
}

function refused(pointer: string, message: string): AppError {
  return new AppError('invalid_option', message, { details: { fields: [{ pointer, detail: message }] } })
}

function fits(name: SchedulerName, key: string, value: unknown): boolean {
  if (key !== 'solver_type') return true
  return (SOLVER_TYPES[name] as readonly unknown[]).includes(value)
}

/** The names of all samplers, for an answer to one that is unknown. */
export function schedulerNames(): string {
  return SCHEDULER_NAMES.join(', ')
}
