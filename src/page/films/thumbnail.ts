import { useEffect, useRef, useState } from 'preact/hooks'
import type { Film } from './films.js'
import { isDrawable } from './kind.js'
import { createQueue } from './queue.js'

const SIDE_PX = 144
const AT_ONCE = 2

const decoding = createQueue(AT_ONCE)
const urls = new WeakMap<Film, string>()

/** A small picture of a film, made when its place in the strip is first seen; `url` is undefined where there is none. */
export function useThumbnail(film: Film) {
  const element = useRef<HTMLLIElement>(null)
  const [url, setUrl] = useState(urls.get(film))
  useEffect(() => {
    const target = element.current
    if (url !== undefined || target === null || !isDrawable(film.kind)) return
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      observer.disconnect()
      // A film that cannot be drawn shows its kind; the viewer says why.
      decoding.add(() => drawThumbnail(film)).then(setUrl, () => undefined)
    })
    observer.observe(target)
    return () => observer.disconnect()
  }, [film, url])
  return { element, url }
}

async function drawThumbnail(film: Film): Promise<string> {
  const whole = await createImageBitmap(film.bytes)
  const scale = SIDE_PX / Math.min(whole.width, whole.height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(whole.width * scale)
  canvas.height = Math.ceil(whole.height * scale)
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height)
  whole.close()
  // A data: URL goes when its film does; one of a blob would have to be revoked.
  const url = canvas.toDataURL('image/jpeg', 0.8)
  urls.set(film, url)
  return url
}
