/** Bits of one frame follow those of the frame before without a gap, the first pixel lowest in its byte (PS3.5 section 8.1.1). */
export function packFrames(frames: readonly Uint8Array[], pixels: number, kind: 'BINARY' | 'FRACTIONAL'): Uint8Array {
  if (kind === 'FRACTIONAL' || pixels % 8 === 0 || frames.length === 1) return Buffer.concat(frames)
  const packed = new Uint8Array(Math.ceil((pixels * frames.length) / 8))
  frames.forEach((frame, index) => {
    const start = Math.floor((index * pixels) / 8)
    const shift = (index * pixels) % 8
    for (let at = 0; at < frame.length; at++) {
      const bits = frame[at]! << shift
      packed[start + at]! |= bits
      if (bits > 0xff) packed[start + at + 1]! |= bits >> 8
    }
  })
  return packed
}
