import { cumulativeAlphas } from './alphas.js'
import { alphaSchedule, refuseBlindNoise } from './alpha-schedule.js'
import { cleanSample, clip, levelOfAlpha, noiseSample, threshold, type Level } from './clean-sample.js'
import type { FilledOptions } from './defaults.js'
import type { SchedulerRun } from './run.js'
import type { Sample, Scheduler } from './scheduler.js'
import type { Training } from './spec.js'
import { wholeTimesteps } from './timesteps.js'
import { weightedSum, type Values } from './weighted-sum.js'

/**
 * Denoising diffusion implicit models (Song, Meng and Ermon 2020, 2010.02502), equations 12 and 16. A step goes back by
 * training timesteps over steps, whatever the next timestep of the list is.
 */
export function createDdim(options: FilledOptions<'ddim'>, training: Training, run: SchedulerRun): Scheduler {
  const alphas = cumulativeAlphas(training)
  const stride = Math.floor(training.train_steps / run.steps)
  const finalAlpha = options.set_alpha_to_one ? 1 : alphas[0]!
  const timesteps = wholeTimesteps(options, training.train_steps, run.steps).slice(run.startStep)
  const schedule = alphaSchedule(alphas, timesteps)
  if (options.thresholding || !options.clip_sample) refuseBlindNoise('ddim', training, alphas, timesteps)

  return { ...schedule, isStochastic: options.eta > 0, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const timestep = timesteps[call]!
    const [here, next] = [alphas[timestep]!, timestep < stride ? finalAlpha : alphas[timestep - stride]!]
    const level = levelOfAlpha(here)
    const found = cleanSample(training.prediction, level, sample, prediction)
    const clean = options.thresholding ? threshold(found, options) : clip(found, options)
    const noise = noiseOf(prediction, sample, clean, level)
    const deviation = options.eta * Math.sqrt(((1 - next) / (1 - here)) * (1 - here / next))
    const fresh = options.eta > 0 ? run.noise() : sample
    return new Float32Array(
      weightedSum(
        [Math.sqrt(next), clean],
        [Math.sqrt(Math.max(1 - next - deviation ** 2, 0)), noise],
        [deviation, fresh],
      ),
    )
  }

  function noiseOf(prediction: Sample, sample: Sample, clean: Values, level: Level): Float64Array {
    return options.use_clipped_model_output
      ? noiseSample('sample', level, sample, clean)
      : noiseSample(training.prediction, level, sample, prediction)
  }
}
