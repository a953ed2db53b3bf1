/**
 * How the app is packed: `npm run package`, on the system that it is packed for, since native parts are installed for
 * that one only. docs/packaging.md says what becomes of it; test/packaging.test.ts holds this file to it.
 */

/**
 * The whole list for each system: one of a platform does not add to a common one, but starts from every file.
 * @param {'linux' | 'win32' | 'darwin'} platform
 */
const filesFor = (platform) => [
  'out/**',
  'resources/samples/**',
  'package.json',
  // Electron is its own Node.
  '!node_modules/node-{linux,win,bin}-*/**',
  // what only a compiler or another module system reads
  '!**/*.{map,ts,mts,cts,tsbuildinfo}',
  '!node_modules/@tensorflow/*/src/**',
  '!node_modules/@tensorflow/*/dist/*.{es2017,fesm,min}.*',
  '!node_modules/@tensorflow/*/dist/*.html',
  '!node_modules/better-sqlite3/{deps,src}/**',
  // parts of tar-stream for another runtime than Node
  '!node_modules/bare-*/prebuilds/**',
  // native parts of the other systems
  ...['linux', 'win32', 'darwin']
    .filter((other) => other !== platform)
    .flatMap((other) => [
      `!node_modules/onnxruntime-node/bin/napi-v6/${other}/**`,
      `!node_modules/better-sqlite3/prebuilds/${other}*.node`,
    ]),
]

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.attention-workbench',
  productName: 'Attention Workbench',
  copyright: 'The founders of the Attention Workbench',
  directories: { output: 'dist', buildResources: 'resources' },
  publish: null, // nothing is uploaded, and the app asks nobody for updates

  asar: true,
  npmRebuild: false, // native parts are Node-API and come with their packages (docs/decisions/0001-no-install-scripts.md)

  electronFuses: {
    // Open: trainers, and all other processes of the workbench, are forked from the app's own binary.
    runAsNode: true,
    // Closed: what could make the app run something that is not in its archive.
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    // Checked where Electron can: macOS and Windows.
    enableEmbeddedAsarIntegrityValidation: true,
    // No cookie is ever set; without this a keychain is not asked for either.
    enableCookieEncryption: false,
  },

  fileAssociations: [
    {
      ext: 'awx',
      name: 'Attention Workbench experiment',
      description: 'An experiment with its runs, as the Attention Workbench exports it',
      mimeType: 'application/x-attention-workbench-experiment',
      role: 'Editor',
    },
  ],

  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    icon: 'resources/icon.png',
    maintainer: 'Attention Workbench <attention-workbench@localhost>',
    files: filesFor('linux'),
  },
  win: {
    target: ['nsis', 'zip'],
    icon: 'resources/icon.png',
    files: filesFor('win32'),
  },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.education',
    icon: 'resources/icon.png',
    files: filesFor('darwin'),
  },
}
