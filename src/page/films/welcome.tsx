import { useState } from 'preact/hooks'
import { ErrorBox } from '../parts/error-box.js'
import { addSample, SAMPLES, sampleUrl } from './samples.js'
import { ChooseFilms } from './choose-films.js'

/** Where there is no film yet. */
export function Welcome() {
  const [error, setError] = useState<unknown>()
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <div class="welcome-inner">
        <h1 id="welcome-title">Drop a chest film here</h1>
        <p>
          PNG, JPEG, WebP, TIFF or DICOM; one or many. Films stay in this tab and go to this service alone, without the
          names of their files.
        </p>
        <ChooseFilms title="Choose films…" isPrimary />
        <h2>Or take an open sample</h2>
        <ul class="samples">
          {SAMPLES.map((sample) => (
            <li key={sample.file}>
              <button
                type="button"
                class="sample"
                title={sample.credit}
                onClick={() => void addSample(sample).catch(setError)}
              >
                <img src={sampleUrl(sample)} alt="" width="148" height="148" />
                <span>{sample.title}</span>
              </button>
            </li>
          ))}
        </ul>
        {error !== undefined && <ErrorBox error={error} />}
        <p class="fine">
          Samples: COVID-19 Image Repository, Hannover Medical School (CC BY 3.0); Kermany et al., Mendeley Data (CC BY
          4.0). Both made smaller. <a href="/page/licences.md">Licences of this page’s parts</a>
        </p>
      </div>
    </section>
  )
}
