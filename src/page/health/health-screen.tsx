import { connection } from '../api/connection.js'
import { bytesText, msText } from '../parts/amount.js'
import { ErrorBox } from '../parts/error-box.js'
import { BatchTable, LaneTable, RouteTable } from './health-tables.js'
import { useReadings } from './poll.js'
import type { Reading } from './readings.js'
import { Spark } from './spark.js'

const SHOWN = 60

/** How the service is doing, read again every two seconds. */
export function HealthScreen() {
  const { all, error, retry } = useReadings()
  const last = all.at(-1)
  return (
    <div class="stack wide-gap">
      <div class="screen-head">
        <h1>Health</h1>
        <p class="fine">
          {connection.value === 'ready' ? 'Ready: the default models are loaded and answer.' : 'Not ready.'} Read every
          two seconds while this tab is seen.
        </p>
      </div>
      {error !== undefined && <ErrorBox error={error} onRetry={retry} />}
      {last === undefined && error === undefined && <p class="empty">Reading…</p>}
      {last !== undefined && (
        <>
          <Gauges all={all} last={last} />
          <RouteTable routes={last.routes} />
          <BatchTable batches={last.batches} />
          <LaneTable lanes={last.lanes} />
        </>
      )}
    </div>
  )
}

interface GaugeProps {
  readonly title: string
  readonly value: string
  readonly note: string
  readonly values: readonly (number | undefined)[]
}

function Gauge({ title, value, note, values }: GaugeProps) {
  return (
    <div class="gauge">
      <h2>{title}</h2>
      <p class="gauge-value">{value}</p>
      <Spark values={values} length={SHOWN} />
      <p class="fine">{note}</p>
    </div>
  )
}

function Gauges({ all, last }: { readonly all: readonly Reading[]; readonly last: Reading }) {
  const { queueRows, jobsWaiting, jobsRunning, requestsPerSecond, medianMs, loopP99Ms, loopMeanMs, memoryBytes } = last
  const busy = all.findLast((reading) => reading.medianMs !== undefined)
  return (
    <div class="gauges">
      <Gauge
        title="Queue"
        value={`${queueRows} ${queueRows === 1 ? 'row' : 'rows'}`}
        note={`Wait for a lane. Jobs: ${jobsWaiting} waiting, ${jobsRunning} running.`}
        values={all.map((reading) => reading.queueRows)}
      />
      <Gauge
        title="Requests"
        value={`${requestsPerSecond.toFixed(1)} /s`}
        note="That ask a model, since the last reading."
        values={all.map((reading) => reading.requestsPerSecond)}
      />
      <Gauge
        title="Latency"
        value={medianMs === undefined ? '–' : msText(medianMs)}
        note={busy === undefined ? 'Median. No requests meanwhile.' : 'Median of the requests since the last reading.'}
        values={all.map((reading) => reading.medianMs)}
      />
      <Gauge
        title="Event loop"
        value={msText(loopP99Ms)}
        note={`Delay, 99th percentile; ${msText(loopMeanMs)} on average.`}
        values={all.map((reading) => reading.loopP99Ms)}
      />
      <Gauge
        title="Memory"
        value={bytesText(memoryBytes)}
        note="Of the process that speaks HTTP; lanes are below."
        values={all.map((reading) => reading.memoryBytes)}
      />
    </div>
  )
}
