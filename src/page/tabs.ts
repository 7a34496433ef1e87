import type { ComponentType } from 'preact'
import { AlignScreen } from './align/align-screen.js'
import { ClassifyScreen } from './classify/classify-screen.js'
import { GenerateScreen } from './generate/generate-screen.js'
import { HealthScreen } from './health/health-screen.js'
import { ModelsScreen } from './models/models-screen.js'
import { ReportScreen } from './report/report-screen.js'
import { SearchScreen } from './search/search-screen.js'
import { SegmentScreen } from './segment/segment-screen.js'

/** One screen of the page. */
export interface Tab {
  /** Its address: `#classify`. */
  readonly id: string
  readonly title: string
  /** `film`: beside the viewer and its films; `wide`: the whole page. */
  readonly layout: 'film' | 'wide'
  readonly Screen: ComponentType
}

/** In the order that they are shown. */
export const TABS: readonly [Tab, ...Tab[]] = [
  { id: 'classify', title: 'Classify', layout: 'film', Screen: ClassifyScreen },
  { id: 'align', title: 'Align', layout: 'film', Screen: AlignScreen },
  { id: 'segment', title: 'Segment', layout: 'film', Screen: SegmentScreen },
  { id: 'generate', title: 'Generate', layout: 'film', Screen: GenerateScreen },
  { id: 'report', title: 'Report', layout: 'film', Screen: ReportScreen },
  { id: 'search', title: 'Search', layout: 'film', Screen: SearchScreen },
  { id: 'models', title: 'Models', layout: 'wide', Screen: ModelsScreen },
  { id: 'health', title: 'Health', layout: 'wide', Screen: HealthScreen },
]
