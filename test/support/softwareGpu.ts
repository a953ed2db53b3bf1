/**
 * A GPU that the processor computes: SwiftShader and a Vulkan loader, from the npm tarball of @sparticuz/chromium
 * (Linux x64). Slow, and right: it shows what WebGPU computes, not how fast.
 */
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import tar from 'tar-fs'

export interface SoftwareGpu {
  /** For a child process: the loader is searched for by the paths that a process starts with. */
  readonly environment: NodeJS.ProcessEnv
}

/** The software GPU, or in one line why there is none. */
export async function findSoftwareGpu(): Promise<SoftwareGpu | { missing: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: '@sparticuz/chromium carries SwiftShader for Linux x64 only' }
  const folder = await unpack()
  const manifest = path.join(folder, 'vk_swiftshader_icd.json')
  return {
    environment: {
      LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      VK_DRIVER_FILES: manifest,
      VK_ICD_FILENAMES: manifest,
    },
  }
}

/** Unpacks into a folder named by the version, once; whoever finishes first among several test processes wins. */
async function unpack(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const packageFolder = path.resolve(path.dirname(entry), '..')
  const { version } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  const name = `attention-workbench-swiftshader-${version}-${process.getuid?.() ?? 0}`
  const folder = path.join(os.tmpdir(), name)
  if (existsSync(folder)) return folder
  const unpacking = await mkdtemp(`${folder}-`)
  const archive = path.join(packageFolder, 'bin', 'swiftshader.tar.br')
  await pipeline(createReadStream(archive), createBrotliDecompress(), tar.extract(unpacking))
  await rename(unpacking, folder).catch(() => rm(unpacking, { recursive: true, force: true }))
  return folder
}
