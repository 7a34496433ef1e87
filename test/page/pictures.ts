/**
 * Takes the pictures of docs/pictures: `npm run pictures`. The real page, the embedded packs, and the samples that are
 * shipped with the page, whose licences docs/pictures/README.md repeats.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { until } from '../e2e/server.js'
import { startPlayground } from './playground.js'

const OUT = resolve(import.meta.dirname, '../../docs/pictures')
const SIZE = { width: 1280, height: 800 }
const MOST_BYTES = 150_000
const FILMS = resolve(import.meta.dirname, '../../src/page/public/page/films')
/** By the titles that the page gives them. */
const SAMPLES: Readonly<Record<string, string>> = {
  'Adult, COVID-19': join(FILMS, 'adult-covid.jpg'),
  'Adult, portable film': join(FILMS, 'adult-portable.jpg'),
  'Adult, no finding': join(FILMS, 'adult-clear.jpg'),
  'Child, pneumonia': join(FILMS, 'child-pneumonia.jpg'),
}

const cleanups: (() => unknown)[] = []
const play = await startPlayground({ after: (work) => cleanups.push(work as () => unknown) })
mkdirSync(OUT, { recursive: true })
try {
  await shoot('classify', async (page) => {
    await addSample(page, 'Child, pneumonia')
    await page.locator('.scores li').first().waitFor()
    await page.locator('.scores button').first().click()
    await page.getByRole('img', { name: /^Where it sees/ }).waitFor()
  })
  await shoot('align', async (page) => {
    await addSample(page, 'Child, pneumonia')
    await page.getByLabel('Sentence, in English').fill('Consolidation in the right lung')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('button', { name: 'consolidation', exact: true }).click()
    await page.getByRole('img', { name: /^Where it sees/ }).waitFor()
  })
  await shoot('segment', async (page) => {
    await addSample(page, 'Adult, no finding')
    await page.getByRole('button', { name: 'Outline' }).click()
    await page.getByRole('table', { name: /both lungs/ }).waitFor()
  })
  await shoot('generate', async (page) => {
    await addSample(page, 'Adult, no finding')
    await page.getByLabel('the film that is shown').check()
    await page.getByLabel('Prompt').fill('chest radiograph, adult, pleural effusion')
    await page.getByLabel('Change only a part of it').check()
    await page.getByText('Nothing is painted yet.').waitFor()
    await paint(page)
    await page.getByLabel('Seed').fill('3')
    await page.getByRole('button', { name: 'Change the film' }).click()
    await page.getByRole('button', { name: 'Save PNG' }).waitFor()
    await page.getByRole('button', { name: 'Save PNG' }).scrollIntoViewIfNeeded()
  })
  await shoot('report', async (page) => {
    for (const title of ['Adult, COVID-19', 'Child, pneumonia']) await addSample(page, title)
    await page.getByRole('button', { name: 'Write' }).click()
    await page.getByText('not a diagnosis').first().waitFor()
  })
  await until('the database is up', 240_000, async () => (await fetch(`${play.url}/v1/indexes`)).ok)
  await shoot('search', async (page) => {
    for (const title of ['Child, pneumonia', 'Adult, COVID-19', 'Adult, portable film', 'Adult, no finding'])
      await addSample(page, title)
    await page.getByLabel(/^I may store this/).check()
    await page.getByRole('button', { name: 'Add these 4 films' }).click()
    await page.getByText('4 of 4 added').waitFor()
    await page.getByLabel('Words').fill('pneumonia in a child')
    await page.getByRole('button', { name: 'Find by words' }).click()
    await page.locator('.hits .hit').nth(3).waitFor()
    await page.getByText('Like “pneumonia in a child”').scrollIntoViewIfNeeded()
  })
  await shoot('models', async (page) => {
    await page.getByText('cxr-align').first().waitFor()
  })
} finally {
  for (const work of cleanups.reverse()) await work()
}

async function shoot(tab: string, act: (page: Page) => Promise<void>): Promise<void> {
  const context = await play.browser.newContext({ viewport: SIZE, locale: 'en-US', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.goto(`${play.url}/#${tab}`)
  await act(page)
  // Thumbnails and fonts come a moment later.
  await page.waitForLoadState('networkidle')
  const picture = await sharp(await page.screenshot())
    .webp({ quality: 82, smartSubsample: true })
    .toBuffer()
  if (picture.length > MOST_BYTES) throw new Error(`The picture of ${tab} has ${picture.length} bytes.`)
  writeFileSync(join(OUT, `${tab}.webp`), picture)
  console.log(`${tab}.webp ${picture.length} bytes`)
  await context.close()
}

/** Where there are films already, the choice of a sample is gone: the file is chosen. */
async function addSample(page: Page, title: string): Promise<void> {
  const sample = page.getByRole('button', { name: title })
  const films = page.getByRole('button', { name: /^Remove / })
  const before = await films.count()
  if (before === 0) await sample.click()
  else await page.locator('input[type=file]').first().setInputFiles(SAMPLES[title]!)
  await films.nth(before).waitFor()
}

async function paint(page: Page): Promise<void> {
  const box = (await page.locator('.film canvas').first().boundingBox())!
  const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
  await page.mouse.move(...at(0.66, 0.5))
  await page.mouse.down()
  for (const [x, y] of [
    [0.7, 0.62],
    [0.62, 0.68],
    [0.72, 0.7],
    [0.74, 0.6],
  ] as const)
    await page.mouse.move(...at(x, y), { steps: 6 })
  await page.mouse.up()
  await page.getByText('% of the film may change.').waitFor()
}
