/** The page as `npm run build` makes it, a service with the embedded packs behind it, and a real browser in front. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { build } from 'vite'
import { startService, type RunningService } from '../e2e/service.js'
import { temporaryFolder } from '../folder.js'

const ROOT = resolve(import.meta.dirname, '../..')
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FILMS = join(ROOT, 'test/fixtures/imaging/films')

export const FILM = join(FILMS, 'nih_00001362_001.jpg')
export const OTHER_FILM = join(FILMS, 'kermany_person1679_bacteria_4453.jpg')
export const DICOM = join(ROOT, 'test/fixtures/dicom/m2_12.90.dcm')
export const EMBEDDED = {
  MODEL_STORE: join(ROOT, 'model-store'),
  DEFAULT_MODELS: 'cxr-align,lvit-lung,roentgen-mini,refers-mini',
}

/** A machine without the browser skips; CI has it. */
export const skip = process.env['CI'] !== 'true' && !existsSync(CHROMIUM) && `${CHROMIUM} is not there`

export interface Playground extends RunningService {
  readonly browser: Browser
  /** Where the page was built. */
  readonly folder: string
  /** A page of its own that nothing is remembered on. `problems` gathers what its console complains of. */
  open(tab?: string): Promise<OpenPage>
}

export interface OpenPage {
  readonly page: Page
  readonly problems: string[]
}

export async function buildPage(): Promise<string> {
  const folder = temporaryFolder('page')
  await build({
    configFile: join(ROOT, 'src/page/vite.config.mjs'),
    build: { outDir: folder, emptyOutDir: true },
    logLevel: 'warn',
  })
  return folder
}

export async function startPlayground(
  t: Pick<TestContext, 'after'>,
  environment: Record<string, string> = EMBEDDED,
): Promise<Playground> {
  const folder = await buildPage()
  const running = await startService(t, environment, folder)
  const browser = await launch()
  t.after(() => browser.close())
  return { ...running, browser, folder, open: (tab = '') => openPage(browser, `${running.url}/${tab}`) }
}

export function launch(): Promise<Browser> {
  // In a container there is no user that its own sandbox could be made with.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--force-color-profile=srgb'] })
}

export async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-US' })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    // A status of 400 and more is an answer like any other here; the browser writes each to its console.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(message.text())
  })
  await page.goto(url)
  return { page, problems }
}

/** Adds films as the browser's own choice of files does. */
export async function addFilms(page: Page, ...files: readonly string[]): Promise<void> {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([...files])
  await page
    .getByRole('button', { name: /^Remove / })
    .nth(files.length - 1)
    .waitFor()
}

/** The button that shows a film, whatever is noted below its picture. */
export function stripFilm(page: Page, name: string): Locator {
  return page.locator('.strip-button').filter({ hasText: name })
}
