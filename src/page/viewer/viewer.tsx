import { useEffect } from 'preact/hooks'
import { selectedFilm } from '../films/films.js'
import { Welcome } from '../films/welcome.js'
import { usePixels } from './film-pixels.js'
import { layers } from './layers.js'
import { Pane } from './pane.js'
import { Toolbar } from './toolbar.js'
import { isSideBySide, preparedFor, resetView } from './view-state.js'

/** The selected film, and beside it what the model saw. */
export function Viewer() {
  const film = selectedFilm.value
  const [source, retrySource] = usePixels(film, preparedFor.value, 'film')
  // What could not even be shown here is not asked about twice.
  const isDouble = isSideBySide.value && film !== undefined && source.state !== 'failed'
  const [prepared, retryPrepared] = usePixels(isDouble ? film : undefined, preparedFor.value, 'prepared')
  useEffect(() => {
    resetView()
    layers.value = []
  }, [film])
  if (film === undefined) return <Welcome />
  const isServed = source.state === 'ready' && source.isServed
  return (
    <section class="viewer" aria-label="Film">
      <Toolbar source={source} />
      <div class="panes">
        <Pane
          title={isServed ? `${film.name}, as the service prepared it` : film.name}
          source={source}
          onRetry={retrySource}
          hasLayers
        />
        {isDouble && <Pane title="What the model saw" source={prepared} onRetry={retryPrepared} hasLayers={false} />}
      </div>
      {film.credit !== undefined && <p class="credit">{film.credit}</p>}
    </section>
  )
}
