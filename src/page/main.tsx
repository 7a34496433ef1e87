import { render } from 'preact'
import { watchConnection } from './api/connection.js'
import { App } from './app.js'
import '@fontsource-variable/ibm-plex-sans/index.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/controls.css'
import './styles/viewer.css'
import './styles/screens.css'
import './styles/tasks.css'

watchConnection()
render(<App />, document.getElementById('page')!)
