/** What we use of the package, which brings no types. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JpegDecoder {
    /** Memory of the instance for so many bytes of a file; a view that the next call may move. */
    getEncodedBuffer(length: number): Uint8ClampedArray
    /** Throws for an error and for a warning. */
    decode(): void
    /** Of the instance too: gray or RGB, channels interleaved. */
    getDecodedBuffer(): Uint8ClampedArray
  }
  interface LibjpegTurbo {
    readonly JPEGDecoder: new () => JpegDecoder
  }
  /** A new instance, with a memory of its own. */
  export default function openLibjpegTurbo(): Promise<LibjpegTurbo>
}
