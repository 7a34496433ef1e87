import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { createKey } from '../../src/identity/api-key.js'
import { until } from '../e2e/server.js'
import { addFilms, EMBEDDED, FILM, openPage, skip, startPlayground, stripFilm, type Playground } from './playground.js'
import { temporaryFolder } from '../folder.js'

interface Place {
  readonly play: Playground
  readonly folder: string
  /** Of a caller who may do everything. */
  readonly key: string
}

test('what goes wrong is said as a person would want it', { skip }, async (t) => {
  const folder = temporaryFolder('faults')
  const { key, stored } = createKey({ name: 'reader', scopes: ['admin'] }, new Date())
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [stored] }))
  const play = await startPlayground(t, { ...EMBEDDED, API_KEYS_FILE: join(folder, 'keys.json') })
  const place = { play, folder, key }
  await t.test('a key is asked for; a wrong one is told, the right one works', (inner) => asksForKey(inner, place))
  await t.test('a file that is no film, and what to do about it', (inner) => badFile(inner, place))
  await t.test('a stop ends the work in the service at its next step', (inner) => stops(inner, place))
  await t.test('a stream that is cut is reported, and tried again when the service is back', (inner) =>
    cut(inner, place),
  )
  await t.test('200 films wait with a count, two at a time', (inner) => manyFilms(inner, place))
  await t.test('everything from the choice of a film to its outline with the keyboard alone', (inner) =>
    byKeyboard(inner, place),
  )
})

/** A page that knows the key already. */
async function openWithKey(t: TestContext, { play, key }: Place, tab: string, url = play.url): Promise<Page> {
  const { page } = await openPage(play.browser, 'about:blank')
  t.after(() => page.context().close())
  await page.addInitScript({ content: `sessionStorage.setItem('radserve-key', ${JSON.stringify(key)})` })
  await page.goto(`${url}/${tab}`)
  return page
}

async function asksForKey(t: TestContext, { play, key }: Place): Promise<void> {
  const { page, problems } = await play.open('#segment')
  t.after(() => page.context().close())
  const dialog = page.getByRole('dialog', { name: 'This service asks for a key' })
  await dialog.waitFor()
  await dialog.getByLabel('Key').fill('rsk_wrong')
  await dialog.getByRole('button', { name: 'Use this key' }).click()
  await dialog.getByText('That key was not accepted').waitFor()
  await dialog.getByLabel('Key').fill(key)
  await dialog.getByRole('button', { name: 'Use this key' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await addFilms(page, FILM)
  await page.getByRole('button', { name: 'Outline' }).click()
  await page.getByRole('table', { name: /both lungs/ }).waitFor()
  assert.deepEqual(problems, [])
  const kept = await page.evaluate<string>('JSON.stringify(localStorage) + document.cookie + location.href')
  assert.ok(!kept.includes(key), 'the key is kept in the tab alone')
}

async function badFile(t: TestContext, place: Place): Promise<void> {
  const page = await openWithKey(t, place, '#segment')
  const file = join(place.folder, 'notes.png')
  writeFileSync(file, 'this is no film')
  await addFilms(page, file)
  await page.getByRole('button', { name: 'Outline' }).click()
  const box = page.locator('.panel').getByRole('alert')
  await box.getByText('This is not an image format that is read here').waitFor()
  const text = await box.innerText()
  assert.match(text, /Choose a PNG, JPEG, WebP, TIFF or DICOM file/)
  assert.match(text, /unsupported_media_type/)
  assert.match(text, /Request\s+[0-9a-f-]{36}/)
  await addFilms(page, FILM).catch(() => undefined)
  await stripFilm(page, 'nih_00001362_001.jpg').click()
  await page.getByRole('button', { name: 'Outline' }).click()
  await page.getByRole('table', { name: /both lungs/ }).waitFor()
}

async function stops(t: TestContext, place: Place): Promise<void> {
  const { logLines } = place.play
  const page = await openWithKey(t, place, '#generate')
  await page.getByLabel('Steps', { exact: true }).fill('200')
  await page.getByRole('button', { name: 'Make a film' }).click()
  await page.getByText(/^Step \d+ of 200/).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  const said = page.getByText(/^Stopped at step \d+ of 200\. Nothing was kept\.$/)
  await said.waitFor()
  const ended = (): boolean =>
    logLines.some((line) => line.includes('"/v1/images/generations"') && line.includes('"status":499'))
  await until('the service has ended the request', 20_000, ended)
  // A request that still ran would hold one of the places of the model; the next one is answered at once.
  await page.getByLabel('Steps', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Make a film' }).click()
  await page.getByRole('button', { name: 'Save PNG' }).waitFor()
}

/** Passes bytes on, until it is cut: then every connection breaks, and new ones are refused until it is mended. */
async function startWire(t: TestContext, to: number) {
  const sockets = new Set<Socket>()
  let isCut = false
  const wire = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(to, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => (sockets.delete(socket), other.destroy()))
      socket.pipe(other)
    }
  })
  const port = await new Promise<number>((resolve) =>
    wire.listen(0, '127.0.0.1', () => resolve((wire.address() as AddressInfo).port)),
  )
  t.after(() => {
    wire.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => (isCut = false),
  }
}

async function cut(t: TestContext, place: Place): Promise<void> {
  const wire = await startWire(t, Number(new URL(place.play.url).port))
  const page = await openWithKey(t, place, '#generate', wire.url)
  await page.getByText('Ready', { exact: true }).waitFor()
  await page.getByLabel('Steps', { exact: true }).fill('100')
  await page.getByRole('button', { name: 'Make a film' }).click()
  await page.getByText(/^Step \d+ of 100/).waitFor()
  wire.cut()
  await page.getByText('The connection was cut before the answer was whole.').waitFor()
  await page.getByText('Away', { exact: true }).waitFor()
  wire.mend()
  await page.getByText('Ready', { exact: true }).waitFor()
  await page.getByLabel('Steps', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Save PNG' }).waitFor()
}

async function manyFilms(t: TestContext, place: Place): Promise<void> {
  const page = await openWithKey(t, place, '#classify')
  let running = 0
  let most = 0
  const isAsked = (url: string): boolean => url.endsWith('/v1/classifications')
  page.on('request', (request) => {
    if (isAsked(request.url())) most = Math.max(most, ++running)
  })
  const onEnd = (request: Request): void => {
    if (isAsked(request.url())) running--
  }
  page.on('requestfinished', onEnd).on('requestfailed', onEnd)
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(Array.from({ length: 200 }, () => FILM))
  await page.getByText('200 films', { exact: true }).waitFor()
  await page.getByText(/^1\d\d waiting, \d running$/).waitFor()
  await page.locator('.scores li').first().waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText(/waiting, \d running$/).waitFor({ state: 'hidden' })
  // Two of the queue, and the one that somebody looks at.
  assert.ok(most >= 1 && most <= 3, `${most} at a time`)
}

async function byKeyboard(t: TestContext, place: Place): Promise<void> {
  const page = await openWithKey(t, place, '#segment')
  await page.getByRole('button', { name: /Adult, no finding/ }).waitFor()
  await tabTo(page, /Adult, no finding/)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Remove / }).waitFor()
  await tabTo(page, /^Sentence$/)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('right lung')
  await page.keyboard.press('Enter')
  await page.getByRole('table', { name: /right lung/ }).waitFor()
  await tabTo(page, /Arrow keys move/)
  await page.keyboard.press('+')
  await page.getByRole('status', { name: 'Zoom' }).getByText('125 %').waitFor()
  await tabTo(page, /^Generate$/)
  await page.keyboard.press('Enter')
  await tabTo(page, /^noise$/)
  await page.keyboard.press('ArrowDown')
  await tabTo(page, /^Change only a part of it$/)
  await page.keyboard.press('Space')
  await page.getByText('Nothing is painted yet.').waitFor()
  await tabTo(page, /^Add the rectangle$/)
  await page.keyboard.press('Enter')
  await page.getByText('9 % of the film may change.').waitFor()
}

const MOST_TABS = 80

/** In the words of the browser: the tests know no DOM. */
const NAME_OF_FOCUSED = `(({ activeElement: focused }) =>
  (focused.getAttribute('aria-label') ?? focused.labels?.[0]?.innerText ?? focused.textContent).trim())(document)`

/** Presses Tab until what is focused is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = []
  for (let press = 0; press < MOST_TABS; press++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate<string>(NAME_OF_FOCUSED)
    if (name.test(found)) return
    seen.push(found.slice(0, 30))
  }
  assert.fail(`${String(name)} cannot be reached with the Tab key: ${seen.join(' | ')}`)
}
