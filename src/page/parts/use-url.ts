import { useEffect, useState } from 'preact/hooks'

/** An address of some bytes for as long as they are shown. */
export function useUrl(bytes: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (bytes === undefined) {
      setUrl(undefined)
      return
    }
    const made = URL.createObjectURL(bytes)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [bytes])
  return url
}
