/** What the test tells the stand-in's process, through the environment. */
import type { TestChromium } from '../chromium.ts'

export interface StandInSettings {
  browser: TestChromium
  /** Where the test drives the same Chromium. */
  debuggingPort: number
  /** The folder of every file that the test drops into the window. */
  filesFolder: string
}

const variable = 'ELECTRON_STAND_IN'

export const settingsEnvironment = (settings: StandInSettings) => ({ [variable]: JSON.stringify(settings) })
export const settings = () => JSON.parse(process.env[variable]!) as StandInSettings
