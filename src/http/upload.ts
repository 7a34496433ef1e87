/** An image that came as bytes: a part of a form, or the whole body. No JSON can make one. */
export class Upload {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}
