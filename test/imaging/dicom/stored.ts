/** Stored samples of a file, read in this thread: masked to the bits that are stored, with their sign. */
import { parseDicom } from '../../../src/imaging/dicom/dataset.js'
import { openNativeCodecs } from '../../../src/imaging/dicom/native-codecs.js'
import { readPixelFormat } from '../../../src/imaging/dicom/pixel-format.js'
import { readSamples } from '../../../src/imaging/dicom/samples.js'

const decode = openNativeCodecs()

export async function storedSamples(bytes: Uint8Array): Promise<Int32Array> {
  const file = parseDicom(bytes, { dataSetBytes: 1e8 })
  const format = readPixelFormat(file.dataSet, 4e7)
  const { data } = readSamples(file, format, await decode)
  const range = 2 ** format.bitsStored
  return Int32Array.from(data, (raw) => {
    const value = (raw >> (format.highBit + 1 - format.bitsStored)) & (range - 1)
    return format.isSigned && value >= range / 2 ? value - range : value
  })
}
