/** cuda, directml and coreml: ONNX Runtime's providers for one platform each. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Examination } from './examination.ts'
import type { Probe } from './probing.ts'

/** What the examinations look at beside the probe; tests play other machines. */
export interface Machine {
  readonly platform: string
  readonly architecture: string
  exists(file: string): boolean
}
export const thisMachine: Machine = {
  platform: process.platform,
  architecture: process.arch,
  exists: existsSync,
}

const doesNotStart = (what: string, message: string, next: string): Examination => ({
  available: false,
  reason: `${what} does not start: ${message.trim().split('\n')[0]!.replace(/\.$/, '')}. ${next}`,
})

/** The CUDA provider's library, which is not part of the npm package, beside the others of onnxruntime-node. */
export function cudaLibrary({ platform, architecture }: Machine): string {
  const folder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  return path.join(folder, 'bin', 'napi-v6', platform, architecture, 'libonnxruntime_providers_cuda.so')
}

export async function examineCuda(probe: Probe, machine = thisMachine): Promise<Examination> {
  if (machine.platform !== 'linux' || machine.architecture !== 'x64')
    return {
      available: false,
      reason:
        "onnxruntime-node has CUDA for Linux on x64 only. NVIDIA's GPUs are used through webgpu elsewhere.",
    }
  if (!machine.exists('/dev/nvidiactl') && !machine.exists('/dev/dxg'))
    return { available: false, reason: 'There is no NVIDIA GPU here, or its driver is not loaded.' }
  if (!machine.exists(cudaLibrary(machine)))
    return {
      available: false,
      reason: "ONNX Runtime's CUDA libraries are not installed. Run: npm run setup:cuda",
    }
  const answer = await probe('cuda')
  if (!answer.works)
    return doesNotStart(
      'The CUDA provider',
      answer.message,
      'It needs CUDA 12 and cuDNN 9 on the library path.',
    )
  return { available: true, description: `${(await nvidiaModel()) ?? 'an NVIDIA GPU'}, through CUDA` }
}

/** As the driver names the first GPU. */
async function nvidiaModel(folder = '/proc/driver/nvidia/gpus'): Promise<string | undefined> {
  const [first] = await readdir(folder).catch(() => [])
  if (!first) return undefined
  const information = await readFile(path.join(folder, first, 'information'), 'utf8').catch(() => '')
  return /^Model:\s*(.+)$/m.exec(information)?.[1]
}

export async function examineDirectMl(probe: Probe, machine = thisMachine): Promise<Examination> {
  if (machine.platform !== 'win32') return { available: false, reason: 'DirectML is a part of Windows.' }
  const answer = await probe('dml')
  if (!answer.works)
    return doesNotStart('DirectML', answer.message, 'Update Windows and the graphics driver.')
  return { available: true, description: 'the first GPU that DirectX 12 finds, through DirectML' }
}

export async function examineCoreMl(probe: Probe, machine = thisMachine): Promise<Examination> {
  if (machine.platform !== 'darwin') return { available: false, reason: 'Core ML is a part of macOS.' }
  const answer = await probe('coreml')
  if (!answer.works) return doesNotStart('Core ML', answer.message, 'Update macOS.')
  return { available: true, description: "this Mac's GPU and Neural Engine, through Core ML" }
}
