/** What we use of the WebAssembly JavaScript interface; its types come with `lib.dom` only, which a server has no use for. */
declare namespace WebAssembly {
  /** Compiled code; opaque. */
  type Module = object
  const Module: new (bytes: Uint8Array) => Module
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>
  }
  const Instance: new (module: Module) => Instance
  interface Memory {
    readonly buffer: ArrayBuffer
    /** By so many pages of 64 KiB. Throws RangeError where there is no more memory. */
    grow(pages: number): number
  }
}
