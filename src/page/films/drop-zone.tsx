import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { addFilms } from './films.js'

/** Takes films that are dropped anywhere on the page, or pasted. */
export function DropZone({ children }: { readonly children: ComponentChildren }) {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const onPaste = ({ clipboardData }: ClipboardEvent): void => {
      const files = [...(clipboardData?.files ?? [])]
      if (files.length > 0) void addFilms(files)
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [])
  return (
    <div
      class={isOver ? 'page is-over' : 'page'}
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(event.dataTransfer?.types.includes('Files') === true)
      }}
      onDragLeave={(event) => event.relatedTarget === null && setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setIsOver(false)
        void addFilms([...(event.dataTransfer?.files ?? [])])
      }}
    >
      {children}
      {isOver && <div class="drop-veil">Drop to add films</div>}
    </div>
  )
}
