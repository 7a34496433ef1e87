import { createHash } from 'node:crypto'
import markdownIt from 'markdown-it'
import type { ModelCardText } from '../flows/catalogue.js'

const MAX_PICTURES = 16
const OPENED = { target: '_blank', rel: 'noopener noreferrer nofollow' }

const STYLE = `
:root { color-scheme: dark light; --back: #14171a; --text: #e6e9ec; --faint: #a9b2ba; --line: #3a4249; --link: #8cc4ff }
@media (prefers-color-scheme: light) {
  :root { --back: #fff; --text: #1a1e22; --faint: #4d565e; --line: #c9d0d6; --link: #0b57a4 }
}
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; background: var(--back); color: var(--text);
  font: 1rem/1.6 system-ui, sans-serif }
h1, h2, h3, h4 { line-height: 1.25 }
a { color: var(--link) }
img { max-width: 100%; height: auto }
pre, .wide { overflow-x: auto }
code { font-size: .9em }
table { border-collapse: collapse }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
.right { text-align: right }
.center { text-align: center }
footer { margin-top: 2rem; color: var(--faint) }
`

/** Nothing is loaded, run or sent, whatever the card says; its pictures stand in the page itself. */
export const CARD_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

/**
 * A card as one HTML page. Whoever wrote the pack wrote the card, so HTML in it is shown as text, links go to the web
 * or nowhere, and of pictures only files of the pack are shown.
 */
export async function cardPage(card: ModelCardText): Promise<string> {
  const { name, version } = card.model
  const md = createReader()
  const tokens = md.parse(card.markdown, {})
  const images = tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === 'image')
  await Promise.all(images.map((image, at) => fillPicture(image, at < MAX_PICTURES ? card : undefined)))
  const title = md.utils.escapeHtml(`${name}@${version}`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${md.renderer.render(tokens, md.options, {})}</main>
<footer>Card of the pack ${title}, as its author wrote it. Research use, not for diagnosis.</footer>
</body>
</html>
`
}

type Reader = ReturnType<typeof markdownIt>
type Token = ReturnType<Reader['parse']>[number]

function createReader(): Reader {
  const md = markdownIt({ html: false, linkify: false })
  md.validateLink = (url) => /^(?:https?:\/\/|mailto:)/i.test(url) || /^[\w-]+\.(?:png|jpe?g)$/i.test(url)
  md.renderer.rules['link_open'] = (tokens, at, options, _env, renderer) => {
    for (const [name, value] of Object.entries(OPENED)) tokens[at]!.attrSet(name, value)
    return renderer.renderToken(tokens, at, options)
  }
  md.renderer.rules['table_open'] = () => '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>\n'
  md.renderer.rules['table_close'] = () => '</table></div>\n'
  for (const cell of ['th_open', 'td_open'])
    md.renderer.rules[cell] = (tokens, at) => {
      // The reader writes alignment as a style, which the policy forbids.
      const side = /^text-align:(right|center)$/.exec(String(tokens[at]!.attrGet('style')))?.[1]
      return `<${tokens[at]!.tag}${side === undefined ? '' : ` class="${side}"`}>`
    }
  return md
}

async function fillPicture(image: Token, card: ModelCardText | undefined): Promise<void> {
  const bytes = await card?.picture(String(image.attrGet('src')))
  const type = bytes === undefined ? undefined : typeOf(bytes)
  if (bytes !== undefined && type !== undefined) {
    image.attrSet('src', `data:${type};base64,${Buffer.from(bytes).toString('base64')}`)
    return
  }
  image.type = 'text'
  image.content = `[${image.content}]`
}

/** By its first bytes. */
function typeOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return 'image/png'
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? 'image/jpeg' : undefined
}
