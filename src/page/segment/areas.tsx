import type { Region, Segmentation } from '../api/replies.js'
import { AnsweredBy } from '../parts/answered-by.js'
import { ErrorBox } from '../parts/error-box.js'
import { download, downloading, type Download, type Outlined } from './segment.js'

const MAX_ROWS = 8

/** What was outlined, measured, and what can be taken along. */
export function Areas({ outlined }: { readonly outlined: Outlined }) {
  const { answer, film, text } = outlined
  const found = answer.body.data[0]
  if (found === undefined) return null
  return (
    <div class="stack">
      {found.area_px === 0 ? <Nothing found={found} text={text} /> : <Measures found={found} text={text} />}
      {found.warnings.map(({ code, detail }) => (
        <p key={code} class="warning">
          {detail}
        </p>
      ))}
      {found.words.cut.length > 0 && <p class="warning">Not read: {found.words.cut.join(' ')}.</p>}
      <Downloads outlined={outlined} isDicom={film.kind === 'dicom'} />
      <AnsweredBy model={answer.body.model} answer={answer} />
    </div>
  )
}

function Nothing({ found, text }: { readonly found: Segmentation; readonly text: string }) {
  return (
    <p>
      Nothing is outlined for “{text}”: no pixel is above {found.threshold} (the highest is{' '}
      {found.max_probability.toFixed(2)}).
    </p>
  )
}

function Measures({ found, text }: { readonly found: Segmentation; readonly text: string }) {
  const shown = found.regions.slice(0, MAX_ROWS)
  return (
    <>
      <table class="measures">
        <caption>
          {text}: {areaText(found)} in {found.region_count === 1 ? '1 region' : `${found.region_count} regions`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Patient’s side</th>
            <th scope="col" class="number">
              Area
            </th>
            <th scope="col" class="number">
              Mean
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((region, at) => (
            <tr key={at}>
              <td>
                <span class={`swatch colour-${region.laterality === 'left' ? 1 : 0}`} aria-hidden="true" />
                {region.laterality}
              </td>
              <td class="number">{areaText(region)}</td>
              <td class="number">{region.mean_probability.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.regions.length > MAX_ROWS && <p class="fine">The {MAX_ROWS} largest are listed; all are drawn.</p>}
      <p class="fine">{spacingText(found)} Mean: the mean probability of the pixels inside, not of a disease.</p>
    </>
  )
}

function areaText({ area_px: px, area_mm2: mm2 }: Pick<Region, 'area_px' | 'area_mm2'>): string {
  const pixels = `${px.toLocaleString('en')} px`
  return mm2 === undefined ? pixels : `${Math.round(mm2).toLocaleString('en')} mm² (${pixels})`
}

function spacingText({ pixel_spacing: spacing }: Segmentation): string {
  if (spacing === undefined) return 'Square millimetres are not known: the file does not say how large its pixels are.'
  if (spacing.source === 'detector')
    return 'Millimetres are those at the detector, where things look larger than they are.'
  return 'Millimetres as the file was calibrated.'
}

const DOWNLOADS: readonly (readonly [Download, string])[] = [
  ['overlay', 'Overlay, PNG'],
  ['mask', 'Mask, PNG'],
  ['seg', 'DICOM SEG'],
]

function Downloads({ outlined, isDicom }: { readonly outlined: Outlined; readonly isDicom: boolean }) {
  const task = downloading.state.value
  return (
    <div>
      <h2 class="minor">Download</h2>
      <div class="actions">
        {DOWNLOADS.filter(([kind]) => kind !== 'seg' || isDicom).map(([kind, title]) => (
          <button
            key={kind}
            type="button"
            class="button"
            disabled={task.state === 'running'}
            onClick={() => download(kind, outlined)}
          >
            {title}
          </button>
        ))}
      </div>
      {!isDicom && <p class="fine">A DICOM SEG can be made of DICOM films: it refers to their study.</p>}
      {task.state === 'failed' && <ErrorBox error={task.error} />}
    </div>
  )
}
