import { open, type FileHandle } from 'node:fs/promises'

/** A file that only grows, and of which a piece that could not be written whole is taken away again. */
export interface AppendFile {
  readonly bytes: number
  /** On the disk when this resolves: written and `fdatasync`ed. A failure leaves the file as it was, or mends it next time. */
  append(text: string): Promise<void>
  close(): Promise<void>
}

/** What stands in the file behind its first `wholeBytes` is taken away, where they are given. */
export async function openAppendFile(path: string, wholeBytes?: number): Promise<AppendFile> {
  const file = await open(path, 'a', 0o600)
  if (wholeBytes !== undefined) await file.truncate(wholeBytes)
  let { size: bytes } = await file.stat()
  let isTorn = false
  return {
    get bytes() {
      return bytes
    },
    async append(text) {
      if (isTorn) await file.truncate(bytes)
      isTorn = true
      const content = Buffer.from(text)
      await writeWhole(file, content)
      await file.datasync()
      bytes += content.length
      isTorn = false
    },
    close: () => file.close(),
  }
}

async function writeWhole(file: FileHandle, content: Buffer): Promise<void> {
  for (let from = 0; from < content.length;) {
    const { bytesWritten } = await file.write(content, from)
    from += bytesWritten
  }
}
