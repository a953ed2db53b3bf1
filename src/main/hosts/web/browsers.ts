/** Where the browsers that can show an app window (`--app=`) are installed. Pure: the machine is passed in. */
import path from 'node:path'

export interface Machine {
  platform: NodeJS.Platform
  environment: NodeJS.ProcessEnv
  homeFolder: string
  /** Whether a file is there. */
  exists(file: string): boolean
}

export interface Browser {
  name: string
  executable: string
}

/** In order of preference: file names on the PATH (Linux), applications (macOS), places under the program folders. */
const known = [
  {
    name: 'Google Chrome',
    linux: ['google-chrome', 'google-chrome-stable'],
    windows: ['Google', 'Chrome', 'Application', 'chrome.exe'],
  },
  {
    name: 'Chromium',
    linux: ['chromium', 'chromium-browser'],
    windows: ['Chromium', 'Application', 'chrome.exe'],
  },
  {
    name: 'Microsoft Edge',
    linux: ['microsoft-edge', 'microsoft-edge-stable'],
    windows: ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  },
  {
    name: 'Brave Browser',
    linux: ['brave-browser', 'brave'],
    windows: ['BraveSoftware', 'Brave-Browser', 'Application', 'brave.exe'],
  },
]

/** Folders where Linux distributions put browsers, searched after the PATH. */
const linuxFolders = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome', '/opt/brave.com/brave']

/** The installed browsers, the preferred one first. CHROME_PATH names one that comes before all others. */
export function findBrowsers(machine: Machine): Browser[] {
  const { environment, exists } = machine
  const chosen = environment.CHROME_PATH
  const found = known.flatMap(({ name, linux, windows }) => {
    const places =
      machine.platform === 'win32'
        ? windowsPlaces(windows, environment)
        : machine.platform === 'darwin'
          ? macPlaces(name, machine.homeFolder)
          : linuxPlaces(linux, environment)
    const executable = places.find(exists)
    return executable ? [{ name, executable }] : []
  })
  return chosen && exists(chosen) ? [{ name: path.basename(chosen), executable: chosen }, ...found] : found
}

function windowsPlaces(place: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  return [environment.ProgramFiles, environment['ProgramFiles(x86)'], environment.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .map((folder) => path.win32.join(folder, ...place))
}

function macPlaces(name: string, homeFolder: string): string[] {
  return ['/Applications', path.posix.join(homeFolder, 'Applications')].map((folder) =>
    path.posix.join(folder, `${name}.app`, 'Contents', 'MacOS', name),
  )
}

function linuxPlaces(names: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const folders = [...(environment.PATH ?? '').split(':').filter(path.posix.isAbsolute), ...linuxFolders]
  return names.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)))
}
