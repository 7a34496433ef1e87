import { useEffect, useState } from 'preact/hooks'
import { DropZone } from './films/drop-zone.js'
import { FilmStrip } from './films/film-strip.js'
import { ConnectionNotice, ConnectionState } from './parts/connection-view.js'
import { KeyDialog } from './parts/key-dialog.js'
import { KeySwitch } from './parts/key-switch.js'
import { ThemeSwitch } from './parts/theme-switch.js'
import { TABS, type Tab } from './tabs.js'
import { Viewer } from './viewer/viewer.js'

export function App() {
  const tab = useTab()
  const { Screen } = tab
  return (
    <DropZone>
      <Header current={tab} />
      <ConnectionNotice />
      <main id="screen" tabIndex={-1} class={tab.layout === 'film' ? 'screen beside' : 'screen wide'}>
        {tab.layout === 'film' && (
          <div class="stage">
            <Viewer />
            <FilmStrip />
          </div>
        )}
        <div class="panel">
          <Screen />
        </div>
      </main>
      <KeyDialog />
    </DropZone>
  )
}

function Header({ current }: { readonly current: Tab }) {
  return (
    <header class="header">
      <button type="button" class="skip" onClick={() => document.getElementById('screen')?.focus()}>
        Skip to {current.title}
      </button>
      <p class="wordmark">radserve</p>
      <nav class="tabs" aria-label="Screens">
        {TABS.map(({ id, title }) => (
          <a key={id} href={`#${id}`} aria-current={id === current.id ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <p class="purpose">Research use. Not for diagnosis.</p>
      <ConnectionState />
      <KeySwitch />
      <ThemeSwitch />
    </header>
  )
}

function tabOfAddress(): Tab {
  return TABS.find(({ id }) => `#${id}` === location.hash) ?? TABS[0]
}

function useTab(): Tab {
  const [tab, setTab] = useState(tabOfAddress)
  useEffect(() => {
    const onChange = (): void => setTab(tabOfAddress())
    addEventListener('hashchange', onChange)
    return () => removeEventListener('hashchange', onChange)
  }, [])
  useEffect(() => {
    document.title = `${tab.title} · radserve`
  }, [tab])
  return tab
}
