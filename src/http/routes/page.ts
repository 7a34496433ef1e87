import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Nothing from elsewhere, and nothing inline: what is not a file of ours does not run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Names of built files hold the hash of their bytes; samples and the icon keep theirs. */
const HASHED = /-[\w-]{8}\.(?:js|css|woff2)(?:\.br|\.gz)?$/

/** The playground at `/`, from the folder that `npm run build` made. It holds no datum, so nobody is asked for a key. */
export async function addPage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    // A route for each file: with one for all of them, every unknown path would be a file that is missing.
    wildcard: false,
    cacheControl: false,
    decorateReply: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      void reply.headers({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      })
    },
  })
}
