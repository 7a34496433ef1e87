/**
 * What a manifest or a request may say of a sampler. Names are those of the `scheduler_config.json` that checkpoints are
 * published with, so that one is copied over as it is.
 */
import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false }

export const SCHEDULER_NAMES = [
  'ddim',
  'pndm',
  'euler',
  'euler_ancestral',
  'heun',
  'lms',
  'dpm_solver',
  'unipc',
  'lcm',
] as const
export type SchedulerName = (typeof SCHEDULER_NAMES)[number]

export const TIMESTEP_SPACINGS = ['leading', 'trailing', 'linspace'] as const
export type TimestepSpacing = (typeof TIMESTEP_SPACINGS)[number]

/** Every option of every sampler; `OPTION_DEFAULTS` says which sampler takes which. */
const options = {
  /** Lin et al. 2023 (2305.08891), table 2. */
  timestep_spacing: Type.Enum([...TIMESTEP_SPACINGS]),
  /** Added to the timesteps of `leading`. */
  steps_offset: Type.Integer({ minimum: 0, maximum: 100 }),
  /** The last step ends at a cumulative alpha of one; otherwise at that of timestep 0. */
  set_alpha_to_one: Type.Boolean(),
  /** The predicted clean sample is cut to ± `clip_sample_range`. */
  clip_sample: Type.Boolean(),
  clip_sample_range: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
  /** Dynamic thresholding (Saharia et al. 2022, 2205.11487, section 2.3); goes before `clip_sample`. */
  thresholding: Type.Boolean(),
  dynamic_thresholding_ratio: Type.Number({ minimum: 0, maximum: 1 }),
  sample_max_value: Type.Number({ minimum: 1, maximum: 1000 }),
  /** 0 draws no noise, 1 as much as DDPM (Song et al. 2020, 2010.02502, equation 16). */
  eta: Type.Number({ minimum: 0, maximum: 1 }),
  /** The noise is computed again from the clean sample after it was cut. */
  use_clipped_model_output: Type.Boolean(),
  /** PLMS from the first step on, without the Runge-Kutta steps before it. */
  skip_prk_steps: Type.Boolean(),
  /** Karras et al. 2022 (2206.00364), equation 5, with rho 7. */
  use_karras_sigmas: Type.Boolean(),
  interpolation_type: Type.Enum(['linear', 'log_linear']),
  final_sigmas_type: Type.Enum(['zero', 'sigma_min']),
  algorithm_type: Type.Enum(['dpmsolver++', 'sde-dpmsolver++']),
  solver_order: Type.Integer({ minimum: 1, maximum: 3 }),
  /** `midpoint` and `heun` are of `dpm_solver`, `bh1` and `bh2` of `unipc`. */
  solver_type: Type.Enum(['midpoint', 'heun', 'bh1', 'bh2']),
  /** Fewer steps than 15 end in steps of a lower order. */
  lower_order_final: Type.Boolean(),
  euler_at_final: Type.Boolean(),
  /** Timesteps whose log of signal to noise (half of it) is below are left out; null: none is. */
  lambda_min_clipped: Type.Union([Type.Number({ minimum: -100, maximum: 100 }), Type.Null()]),
  /** UniPC on the clean sample; otherwise on the noise. */
  predict_x0: Type.Boolean(),
  /** Steps after which UniPC corrects nothing. */
  disable_corrector: Type.Array(Type.Integer({ minimum: 0, maximum: 1000 }), { maxItems: 1000 }),
  /** How many steps LCM was distilled with. */
  original_inference_steps: Type.Integer({ minimum: 1, maximum: 10_000 }),
  timestep_scaling: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
}

const OptionsSchema = Type.Object(options)
/** Every option, filled. */
export type SchedulerOptions = Static<typeof OptionsSchema>

export const SchedulerSpecSchema = Type.Object(
  { name: Type.Enum([...SCHEDULER_NAMES]), ...Type.Partial(OptionsSchema).properties },
  closed,
)
/** A sampler as given; what is left out is the sampler's default. */
export type SchedulerSpec = Static<typeof SchedulerSpecSchema>

export const PREDICTIONS = ['epsilon', 'v_prediction', 'sample'] as const
export type Prediction = (typeof PREDICTIONS)[number]

const rescaled = {
  /** Lin et al. 2023 (2305.08891), algorithm 1: the last timestep holds no signal. */
  rescale_zero_terminal_snr: Type.Optional(Type.Boolean()),
}
const Beta = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })

export const BetasSchema = Type.Union([
  Type.Object(
    { schedule: Type.Enum(['scaled_linear', 'linear']), start: Beta, end: Beta, ...rescaled },
    { ...closed, description: 'linear in the square root of beta, or in beta' },
  ),
  Type.Object(
    { schedule: Type.Literal('squaredcos_cap_v2'), ...rescaled },
    { ...closed, description: 'Nichol and Dhariwal 2021 (2102.09672), equation 17' },
  ),
  Type.Object(
    { schedule: Type.Literal('given'), values: Type.Array(Beta, { minItems: 1, maxItems: 10_000 }), ...rescaled },
    { ...closed, description: 'one beta for every timestep that the model was trained with' },
  ),
])
export type Betas = Static<typeof BetasSchema>

/** How a denoiser was trained: of the model, whatever sampler is asked for. */
export const TrainingSchema = Type.Object(
  {
    prediction: Type.Enum([...PREDICTIONS]),
    train_steps: Type.Integer({ minimum: 1, maximum: 10_000 }),
    betas: BetasSchema,
  },
  closed,
)
export type Training = Static<typeof TrainingSchema>
