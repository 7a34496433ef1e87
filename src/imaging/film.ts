import { syntheticSourceOf, type SyntheticSource } from './mark/source.js'
import { decodeRaster, type DecodedImage, type ImageLimits } from './raster.js'

/** A film's file, or its pixels where a thread of another kind had to read them: DICOM. */
export type FilmSource = Uint8Array | DecodedImage

/** Throws what `decodeRaster` throws. */
export function decodeFilm(film: FilmSource, limits: ImageLimits): Promise<DecodedImage> {
  return film instanceof Uint8Array ? decodeRaster(film, limits) : Promise.resolve(film)
}

/** What a film says of having been made by a model. */
export function filmSourceOf(film: FilmSource): SyntheticSource | undefined {
  if (film instanceof Uint8Array) return syntheticSourceOf(film)
  return film.dicom?.isSynthetic === true ? 'trainedAlgorithmicMedia' : undefined
}
