import { useState } from 'preact/hooks'

const STORED_AS = 'radserve-theme'

type Theme = 'dark' | 'light'

/** Dark as a reading room is, unless somebody wants light. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(readTheme)
  const other: Theme = theme === 'dark' ? 'light' : 'dark'
  const change = (): void => {
    document.documentElement.dataset['theme'] = other
    localStorage.setItem(STORED_AS, other)
    setTheme(other)
  }
  return (
    <button type="button" class="button quiet theme" onClick={change} aria-label={`Use the ${other} theme`}>
      {other === 'light' ? 'Light' : 'Dark'}
    </button>
  )
}

function readTheme(): Theme {
  const theme = localStorage.getItem(STORED_AS) === 'light' ? 'light' : 'dark'
  document.documentElement.dataset['theme'] = theme
  return theme
}
