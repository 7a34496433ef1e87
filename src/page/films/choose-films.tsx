import { useRef } from 'preact/hooks'
import { addFilms } from './films.js'

/** A button that opens the browser's own choice of files. */
export function ChooseFilms({ title, isPrimary = false }: { readonly title: string; readonly isPrimary?: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        class={isPrimary ? 'button primary' : 'button quiet'}
        onClick={() => input.current?.click()}
      >
        {title}
      </button>
      <input
        ref={input}
        class="choose"
        type="file"
        multiple
        hidden
        aria-label={title}
        accept="image/png,image/jpeg,image/webp,image/tiff,application/dicom,.dcm,.dicom"
        onChange={(event) => {
          void addFilms([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}
