import { connection, type Connection } from '../api/connection.js'

const WORDS: Readonly<Record<Connection, string>> = {
  unknown: 'Connecting',
  ready: 'Ready',
  starting: 'Starting',
  away: 'Away',
}

/** One word in the header. */
export function ConnectionState() {
  const state = connection.value
  return (
    <p class={`connection ${state}`} role="status">
      {WORDS[state]}
    </p>
  )
}

/** What a service that is not ready means for whoever works here. */
export function ConnectionNotice() {
  switch (connection.value) {
    case 'away':
      return (
        <p class="notice bad" role="alert">
          The service does not answer. This page looks for it again by itself; your films are kept.
        </p>
      )
    case 'starting':
      return <p class="notice">The service is loading its models. Requests may be refused until it is ready.</p>
    case 'ready':
    case 'unknown':
      return null
  }
}
