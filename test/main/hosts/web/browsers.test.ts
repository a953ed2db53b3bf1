import { expect, it } from 'vitest'
import { windowArguments } from '../../../../src/main/hosts/web/browser.ts'
import { findBrowsers } from '../../../../src/main/hosts/web/browsers.ts'

const find = (
  platform: NodeJS.Platform,
  installed: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  homeFolder = '/home/ada',
) =>
  findBrowsers({ platform, environment, homeFolder, exists: (file) => installed.includes(file) }).map(
    ({ name, executable }) => `${name}: ${executable}`,
  )

const windows = {
  ProgramFiles: 'C:\\Program Files',
  'ProgramFiles(x86)': 'C:\\Program Files (x86)',
  LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local',
}

it.each([
  ['linux', '/usr/bin/chromium', {}, 'Chromium: /usr/bin/chromium'],
  ['linux', '/snap/bin/chromium', { PATH: '/usr/bin' }, 'Chromium: /snap/bin/chromium'],
  ['linux', '/opt/x/google-chrome', { PATH: '/bin:/opt/x' }, 'Google Chrome: /opt/x/google-chrome'],
  ['linux', '/usr/bin/microsoft-edge', {}, 'Microsoft Edge: /usr/bin/microsoft-edge'],
  ['linux', '/usr/bin/brave-browser', {}, 'Brave Browser: /usr/bin/brave-browser'],
  [
    'darwin',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    {},
    'Google Chrome: /Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  [
    'darwin',
    '/home/ada/Applications/Brave Browser.app/Contents/MacOS/Brave Browser',
    {},
    'Brave Browser: /home/ada/Applications/Brave Browser.app/Contents/MacOS/Brave Browser',
  ],
  [
    'win32',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    windows,
    'Microsoft Edge: C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
  [
    'win32',
    'C:\\Users\\ada\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
    windows,
    'Google Chrome: C:\\Users\\ada\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
  ],
] as const)('on %s finds %s', (platform, installed, environment, found) => {
  expect(find(platform, [installed], environment)).toEqual([found])
})

it('finds none where none is', () => {
  expect(find('linux', [], { PATH: '/usr/bin' })).toEqual([])
  expect(find('win32', [])).toEqual([])
})

it('prefers what CHROME_PATH names, if it is there', () => {
  const installed = ['/usr/bin/google-chrome', '/opt/my-chrome']
  expect(find('linux', installed, { CHROME_PATH: '/opt/my-chrome' })).toEqual([
    'my-chrome: /opt/my-chrome',
    'Google Chrome: /usr/bin/google-chrome',
  ])
  expect(find('linux', installed, { CHROME_PATH: '/opt/gone' })).toEqual([
    'Google Chrome: /usr/bin/google-chrome',
  ])
})

it('opens an app window with a profile of its own that asks the network for nothing', () => {
  const parameters = windowArguments('http://127.0.0.1:1/#token=a', '/home/ada/.workbench/browser')
  expect(parameters).toEqual(
    expect.arrayContaining([
      '--app=http://127.0.0.1:1/#token=a',
      '--user-data-dir=/home/ada/.workbench/browser',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-background-networking',
      '--disable-sync',
    ]),
  )
})
