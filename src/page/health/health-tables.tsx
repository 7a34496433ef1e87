import { bytesText, msText } from '../parts/amount.js'
import type { BatchSizes, Lane, RouteLatency } from './readings.js'

export function RouteTable({ routes }: { readonly routes: readonly RouteLatency[] }) {
  if (routes.length === 0) return <p class="empty">Nobody has asked a model yet.</p>
  return (
    <section>
      <h2 id="latency-title">Latency since start</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-labelledby="latency-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col" class="number">
                Requests
              </th>
              <th scope="col" class="number">
                Median
              </th>
              <th scope="col" class="number">
                95 % below
              </th>
            </tr>
          </thead>
          <tbody>
            {routes.map(({ route, count, medianMs, p95Ms }) => (
              <tr key={route}>
                <th scope="row">
                  <code>{route}</code>
                </th>
                <td class="number">{count}</td>
                <td class="number">{msText(medianMs)}</td>
                <td class="number">{msText(p95Ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

export function BatchTable({ batches }: { readonly batches: readonly BatchSizes[] }) {
  if (batches.length === 0) return null
  return (
    <section>
      <h2 id="batch-title">Batch sizes since start</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-labelledby="batch-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Graph</th>
              <th scope="col" class="number">
                Runs
              </th>
              <th scope="col" class="number">
                Rows a run
              </th>
              <th scope="col">Runs by rows</th>
            </tr>
          </thead>
          <tbody>
            {batches.map((batch) => (
              <tr key={batch.model}>
                <th scope="row">{batch.model}</th>
                <td class="number">{batch.runs}</td>
                <td class="number">{(batch.runs === 0 ? 0 : batch.rows / batch.runs).toFixed(1)}</td>
                <td>
                  <Shares batch={batch} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Shares({ batch: { shares } }: { readonly batch: BatchSizes }) {
  const told = shares.filter(({ share }) => share > 0).map(({ upTo, share }) => `${boundText(upTo)}: ${percent(share)}`)
  return (
    <span class="shares" role="img" aria-label={told.join(', ')} title={told.join(', ')}>
      {shares.map(({ upTo, share }) => (
        <span key={upTo} class="share-column">
          <span class="share-bar" style={{ height: `${share * 100}%` }} />
        </span>
      ))}
    </span>
  )
}

function boundText(upTo: number): string {
  return upTo === Infinity ? 'more' : upTo === 1 ? '1 row' : `up to ${upTo} rows`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

export function LaneTable({ lanes }: { readonly lanes: readonly Lane[] }) {
  if (lanes.length === 0) return null
  return (
    <section>
      <h2 id="lane-title">Lanes</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-labelledby="lane-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Lane</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Memory
              </th>
              <th scope="col" class="number">
                Of sessions
              </th>
            </tr>
          </thead>
          <tbody>
            {lanes.map(({ name, isUp, memoryBytes, sessionBytes }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{isUp ? 'answers' : 'is down'}</td>
                <td class="number">{bytesText(memoryBytes)}</td>
                <td class="number">{bytesText(sessionBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
