import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import type { Download, Page } from 'playwright-core'
import sharp from 'sharp'
import { syntheticSourceOf } from '../../src/imaging/mark/source.js'
import { until } from '../e2e/server.js'
import {
  addFilms,
  DICOM,
  FILM,
  OTHER_FILM,
  skip,
  startPlayground,
  stripFilm,
  type OpenPage,
  type Playground,
} from './playground.js'

test('every tab, on real films, with the embedded packs', { skip }, async (t) => {
  const play = await startPlayground(t)
  const opened: OpenPage[] = []
  const tab = (name: string, work: (page: Page, play: Playground) => Promise<void>): Promise<void> =>
    t.test(name, async (inner: TestContext) => {
      const open = await play.open(`#${name.split(':')[0]}`)
      opened.push(open)
      inner.after(() => open.page.context().close())
      await work(open.page, play)
      assert.deepEqual(open.problems, [])
    })
  await tab('classify: labels with scores, one of them shown on the film', classify)
  await tab('align: a sentence, and where a word is seen', align)
  await tab('segment: a contour with its area, as PNG and of a DICOM film as SEG', segment)
  await tab('generate: a marked film out of words, with its progress', makeFilm)
  await tab('generate: a part of a film that was painted with the brush', changePart)
  await tab('report: several films as one study, written as it comes', report)
  await tab('search: an index that one agrees to, found in by film and by words, and deleted', search)
  await tab('models: what each pack is for', models)
  await tab('health: what the service does now', health)
})

async function classify(page: Page): Promise<void> {
  await addFilms(page, FILM)
  const scores = page.locator('.scores li')
  await scores.first().waitFor()
  assert.ok((await scores.count()) >= 2)
  const label = scores.first().getByRole('button')
  await label.click()
  await page.getByRole('img', { name: /^Where it sees/ }).waitFor()
  assert.equal(await label.getAttribute('aria-pressed'), 'true')
}

async function align(page: Page): Promise<void> {
  await addFilms(page, FILM)
  await page.getByLabel('Sentence, in English').fill('small pleural effusion')
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('button', { name: 'effusion', exact: true }).click()
  await page.getByRole('img', { name: /^Where it sees: effusion/ }).waitFor()
}

async function segment(page: Page): Promise<void> {
  await addFilms(page, FILM, DICOM)
  await stripFilm(page, 'nih_00001362_001.jpg').click()
  await page.getByLabel('Sentence').fill('left lung')
  await page.getByRole('button', { name: 'Outline' }).click()
  const table = page.getByRole('table', { name: /left lung/ })
  await table.waitFor()
  assert.match(await table.innerText(), /left\s+[\d,]+ px/)
  await page.getByText('Square millimetres are not known').waitFor()
  const outline = page.locator('svg.outlines polygon')
  assert.ok((await outline.count()) >= 1)
  assert.equal(await page.getByRole('button', { name: 'DICOM SEG' }).count(), 0)
  const mask = await downloaded(page, 'Mask, PNG')
  assert.equal(mask.toString('latin1', 1, 4), 'PNG', mask.toString('latin1', 0, 200))
  const { width, height } = await sharp(mask).metadata()
  const film = await sharp(readFileSync(FILM)).metadata()
  assert.deepEqual([width, height], [film.width, film.height])
  await stripFilm(page, 'm2_12.90.dcm').click()
  await page.getByRole('button', { name: 'Outline' }).click()
  await page.getByRole('button', { name: 'DICOM SEG' }).waitFor()
  const object = await downloaded(page, 'DICOM SEG')
  assert.equal(object.toString('latin1', 128, 132), 'DICM')
  assert.ok(object.includes('1.2.840.10008.5.1.4.1.1.66.4'), 'the class of segmentations')
}

async function downloaded(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return bytesOf(download)
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path())
}

async function makeFilm(page: Page): Promise<void> {
  await page.getByLabel('Prompt').fill('chest radiograph, adult, pneumonia')
  // Enough of them that the line stands for longer than Playwright takes to look again.
  await page.getByLabel('Steps', { exact: true }).fill('60')
  await page.getByLabel('Seed').fill('7')
  const line = page.getByText(/^Step \d+ of 60, about \d+ s left$/)
  const seen = line.waitFor()
  await page.getByRole('button', { name: 'Make a film' }).click()
  await seen
  await page.getByText('Synthetic. Made by a model, not of a patient.').waitFor()
  const file = await downloaded(page, 'Save PNG')
  assert.equal(syntheticSourceOf(file), 'trainedAlgorithmicMedia')
  const { width, height } = await sharp(file).metadata()
  assert.ok(height > width, 'the word stands in a strip below the square')
  await page.getByRole('button', { name: 'Open as a film' }).click()
  await stripFilm(page, 'Synthetic 7').waitFor()
  await page.getByText('Synthetic: made by roentgen-mini').waitFor()
}

async function changePart(page: Page): Promise<void> {
  await addFilms(page, FILM)
  await page.getByLabel('the film that is shown').check()
  await page.getByLabel('Change only a part of it').check()
  await page.getByText('Nothing is painted yet.').waitFor()
  const box = (await page.locator('.film canvas').first().boundingBox())!
  const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
  await page.mouse.move(...at(0.3, 0.5))
  await page.mouse.down()
  await page.mouse.move(...at(0.45, 0.6), { steps: 4 })
  await page.mouse.up()
  await page.getByText('% of the film may change.').waitFor()
  await page.getByRole('img', { name: 'What may change' }).waitFor()
  await page.getByLabel('Steps', { exact: true }).fill('4')
  await page.getByLabel('Seed').fill('7')
  await page.getByRole('button', { name: 'Change the film' }).click()
  const said = page.getByText(/of the film could change/)
  await said.waitFor()
  const [, share = '0'] = /(\d+) % of the film could change/.exec(await said.innerText()) ?? []
  assert.ok(Number(share) >= 1 && Number(share) <= 10, `${share} %`)
  assert.equal(syntheticSourceOf(await downloaded(page, 'Save PNG')), 'compositeWithTrainedAlgorithmicMedia')
}

async function report(page: Page): Promise<void> {
  await addFilms(page, FILM, OTHER_FILM)
  const study = page.getByRole('group', { name: /^Films of one patient and study/ })
  for (const box of await study.getByRole('checkbox').all()) await box.check()
  await page.getByRole('button', { name: 'Write about these 2 films' }).click()
  await page.getByText('How much each film counted').waitFor()
  const text = await page.getByRole('region', { name: 'Draft of the findings' }).getByRole('paragraph').innerText()
  assert.match(text, /chest radiograph.+\./i)
  const shares = (await page.locator('.weights .score-value').allInnerTexts()).map((share) => parseInt(share, 10))
  assert.equal(shares.length, 2)
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) <= 1, shares.join())
  await page.getByText('not a diagnosis').first().waitFor()
}

async function search(page: Page, { url }: Playground): Promise<void> {
  // The embedded database starts with the first request for it, which takes its time on a busy machine.
  await until('the database is up', 120_000, async () => (await fetch(`${url}/v1/indexes`)).ok)
  await page.reload()
  await page.getByText('There is none of this name yet').waitFor()
  await addFilms(page, FILM, OTHER_FILM)
  await page.getByRole('combobox', { name: 'Index' }).fill('two-films')
  const add = page.getByRole('button', { name: 'Add these 2 films' })
  assert.ok(await add.isDisabled(), 'nothing is stored before somebody agreed')
  await page.getByLabel(/^I may store this/).check()
  await add.click()
  await page.getByText('2 of 2 added').waitFor()
  const stored = (await (await fetch(`${url}/v1/indexes/two-films/items`)).json()) as { data: { id: string }[] }
  assert.ok(
    stored.data.every(({ id }) => /^film-[0-9a-f]{32}$/.test(id)),
    'no name of a file',
  )
  const kept = (await (await fetch(`${url}/v1/indexes/two-films`)).json()) as { store_sources: boolean }
  assert.equal(kept.store_sources, false)
  await stripFilm(page, 'nih_00001362_001.jpg').click()
  await page.getByRole('button', { name: 'Find films like this one' }).click()
  const hits = page.locator('.hits .hit')
  await hits.nth(1).waitFor()
  assert.match(await hits.first().innerText(), /nih_00001362_001\.jpg\s+1\.000/)
  await page.getByLabel('Words').fill('pneumonia in a child')
  await page.getByRole('button', { name: 'Find by words' }).click()
  await page.getByText('Like “pneumonia in a child”').waitFor()
  assert.match(await hits.first().innerText(), /kermany/)
  await page.getByRole('button', { name: 'Delete this index…' }).click()
  await page.getByRole('button', { name: 'Delete “two-films” and its 2 films' }).click()
  await page.getByText('There is none of this name yet').waitFor()
  assert.equal((await fetch(`${url}/v1/indexes/two-films`)).status, 404)
}

async function models(page: Page): Promise<void> {
  for (const name of ['cxr-align', 'lvit-lung', 'roentgen-mini', 'refers-mini'])
    await page.getByText(name).first().waitFor()
}

async function health(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Health' }).waitFor()
  await page
    .locator('.panel')
    .getByText(/event.?loop/i)
    .first()
    .waitFor()
}
