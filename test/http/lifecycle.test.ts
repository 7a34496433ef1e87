import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { buildHttp } from './build-http.js'

test('a connection on which nothing was said does not hold up the end, and a request under way is answered', async (t) => {
  const events = new EventEmitter()
  const { app, listen } = await buildHttp(t, {
    routes: (scope) =>
      scope.get('/slow', async () => {
        events.emit('asked')
        await once(events, 'released')
        return { said: true }
      }),
  })
  const address = await listen()
  const silent = connect(Number(new URL(address).port), '127.0.0.1')
  await once(silent, 'connect')
  // The server takes connections in turn: when it has this request, it has the silent one too.
  const asked = once(events, 'asked')
  const reply = fetch(`${address}/slow`)
  await asked
  const closed = app.close()
  await once(silent, 'close')
  events.emit('released')
  assert.deepEqual(await (await reply).json(), { said: true })
  await closed
})
