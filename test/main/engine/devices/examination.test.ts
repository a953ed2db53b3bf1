/** Availability on machines that are played: what the probe answers and what the loader logs are given. */
import { describe, expect, it } from 'vitest'
import type { ProbeAnswer } from '../../../../src/main/engine/devices/examination/probing.ts'
import {
  cudaLibrary,
  examineCoreMl,
  examineCuda,
  examineDirectMl,
} from '../../../../src/main/engine/devices/examination/providers.ts'
import { examineTensorFlow } from '../../../../src/main/engine/devices/examination/tensorflow.ts'
import { examineWebGpu, readLoaderLog } from '../../../../src/main/engine/devices/examination/webgpu.ts'

const works = (log = '', found: string[] = []): ProbeAnswer => ({ works: true, found, log })
const fails = (message: string, log = ''): ProbeAnswer => ({ works: false, message, log })
const unexpected = () => Promise.reject(new Error('It should not be tried.'))

const folder = '/usr/share/vulkan/icd.d'
const loaderLog = (manifests: string[], devices: string[]) =>
  [
    ...manifests.map(
      (name) => `[Vulkan Loader] DRIVER: Found ICD manifest file ${folder}/${name}, version 1.0.0`,
    ),
    '[Vulkan Loader] INFO | DRIVER:  linux_read_sorted_physical_devices:',
    ...devices.map((name, index) => `[Vulkan Loader] INFO | DRIVER:     [${index}] ${name}`),
  ].join('\n')

describe('the log of the Vulkan loader', () => {
  it('names drivers and devices once each', () => {
    const once = loaderLog(['nvidia_icd.json'], ['NVIDIA GeForce RTX 4070'])
    expect(readLoaderLog(`${once}\n${once}`)).toEqual({
      manifests: [`${folder}/nvidia_icd.json`],
      devices: ['NVIDIA GeForce RTX 4070'],
    })
  })
})

describe('WebGPU on Linux', () => {
  const onLinux = (...answers: ProbeAnswer[]) => {
    const environments: NodeJS.ProcessEnv[] = []
    const examination = examineWebGpu((_, environment = {}) => {
      environments.push(environment)
      return Promise.resolve(answers.shift()!)
    }, 'linux')
    return examination.then((result) => ({ result, environments }))
  }
  const radeon = 'AMD Radeon RX 7600 (RADV NAVI33)'
  const mesa = ['lvp_icd.x86_64.json', 'radeon_icd.x86_64.json']

  it('is hardware where every driver is one for hardware', async () => {
    const { result } = await onLinux(works(loaderLog(['nvidia_icd.json'], ['NVIDIA H200'])))
    expect(result).toEqual({ available: true, description: 'NVIDIA H200, through Vulkan' })
  })

  it('is hardware beside a software driver if it still works without that one, which stays left out', async () => {
    const { result, environments } = await onLinux(
      works(loaderLog(mesa, [radeon, 'llvmpipe (LLVM 15.0.6, 256 bits)'])),
      works(loaderLog(['radeon_icd.x86_64.json'], [radeon])),
    )
    const only = `${folder}/radeon_icd.x86_64.json`
    expect(result).toEqual({
      available: true,
      description: `${radeon}, through Vulkan`,
      environment: { VK_DRIVER_FILES: only, VK_ICD_FILENAMES: only },
    })
    expect(environments[1]).toMatchObject({ VK_DRIVER_FILES: only, VK_ICD_FILENAMES: only })
  })

  it.each([
    ['Mesa without a GPU', [works(loaderLog(mesa, ['llvmpipe'])), fails('No supported adapters')]],
    ['a software driver alone', [works(loaderLog(['vk_swiftshader_icd.json'], ['SwiftShader Device']))]],
    ['a software device of a driver with another name', [works(loaderLog(['mine.json'], ['llvmpipe']))]],
    ['a loader that says nothing', [works('')]],
  ])('is software, or taken for it: %s', async (_, answers) => {
    const { result } = await onLinux(...answers)
    expect(result).toMatchObject({
      available: true,
      software: true,
      description: expect.stringContaining('auto never picks it') as string,
    })
  })

  it.each([
    [
      'no loader',
      "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file",
      /libvulkan\.so\.1, is not installed\. Install it/,
    ],
    ['no driver', 'Warning: vkCreateInstance: Found no drivers!', /no driver of a GPU\. Install/],
    ['no GPU', '', /finds no GPU\./],
    [
      'a GPU that is too old',
      loaderLog(['intel_icd.json'], ['Intel HD 4000']),
      /offers Intel HD 4000, which/,
    ],
  ])('says why it is not available: %s', async (_, log, reason) => {
    const { result } = await onLinux(fails('Failed to get a WebGPU adapter: No supported adapters', log))
    expect(result).toEqual({ available: false, reason: expect.stringMatching(reason) as string })
  })

  it('says so when the driver crashes', async () => {
    const { result } = await onLinux(fails('It ended by SIGSEGV'))
    expect(result).toMatchObject({ available: false, reason: expect.stringContaining('SIGSEGV') as string })
  })
})

describe('WebGPU elsewhere', () => {
  const on = (platform: string, adapter: ProbeAnswer, controllers: ProbeAnswer) =>
    examineWebGpu((kind) => Promise.resolve(kind === 'graphics' ? controllers : adapter), platform)

  it('is hardware on macOS, where there is no software adapter', async () => {
    expect(await on('darwin', works(), works('', ['Apple M3']))).toEqual({
      available: true,
      description: 'Apple M3, through Metal',
    })
    expect(await on('darwin', works(), fails('late'))).toEqual({
      available: true,
      description: 'a GPU, through Metal',
    })
  })

  it("is hardware on Windows only beside a controller of a GPU's vendor", async () => {
    const pair = ['Microsoft Basic Render Driver', 'NVIDIA GeForce RTX 3060']
    expect(await on('win32', works(), works('', pair))).toEqual({
      available: true,
      description: 'NVIDIA GeForce RTX 3060, through Direct3D 12',
    })
    for (const controllers of [works('', pair.slice(0, 1)), works('', ['VMware SVGA 3D']), fails('late')])
      expect(await on('win32', works(), controllers)).toMatchObject({ available: true, software: true })
  })

  it('says why there is none', async () => {
    expect(await on('win32', fails('No supported adapters.'), works())).toMatchObject({
      available: false,
      reason: expect.stringContaining('No supported adapters. Update') as string,
    })
  })
})

describe('providers of ONNX Runtime', () => {
  const linux = (...files: string[]) => ({
    platform: 'linux',
    architecture: 'x64',
    exists: (file: string) => files.includes(file),
  })
  const driver = '/dev/nvidiactl'

  it('cuda: needs Linux on x64, a driver, the libraries, and to work', async () => {
    const library = cudaLibrary(linux())
    expect(await examineCuda(unexpected, { ...linux(), platform: 'win32' })).toMatchObject({
      reason: expect.stringContaining('Linux on x64 only') as string,
    })
    expect(await examineCuda(unexpected, linux())).toMatchObject({
      reason: expect.stringContaining('no NVIDIA GPU') as string,
    })
    expect(await examineCuda(unexpected, linux(driver))).toMatchObject({
      reason: expect.stringContaining('npm run setup:cuda') as string,
    })
    const broken = () => Promise.resolve(fails('libcudnn.so.9: cannot open\nmore'))
    expect(await examineCuda(broken, linux(driver, library))).toEqual({
      available: false,
      reason: expect.stringMatching(/libcudnn\.so\.9: cannot open\. It needs CUDA 12/) as string,
    })
    expect(await examineCuda(() => Promise.resolve(works()), linux(driver, library))).toMatchObject({
      available: true,
      description: expect.stringContaining('through CUDA') as string,
    })
  })

  it.each([
    ['directml', 'win32', examineDirectMl],
    ['coreml', 'darwin', examineCoreMl],
  ])('%s: needs %s, and to work', async (_, platform, examine) => {
    const there = { ...linux(), platform }
    expect(await examine(unexpected, linux())).toMatchObject({ available: false })
    expect(await examine(() => Promise.resolve(fails('no')), there)).toMatchObject({ available: false })
    expect(await examine(() => Promise.resolve(works()), there)).toMatchObject({ available: true })
  })
})

describe('TensorFlow', () => {
  it('says how to install it', async () => {
    expect(await examineTensorFlow(unexpected, null)).toMatchObject({
      available: false,
      reason: expect.stringContaining('npm install') as string,
    })
  })
  it('is tried where it is installed', async () => {
    const name = '@tensorflow/tfjs-node'
    const tried: string[] = []
    const answer = (result: ProbeAnswer) => (kind: string) => {
      tried.push(kind)
      return Promise.resolve(result)
    }
    expect(await examineTensorFlow(answer(works()), name)).toMatchObject({ available: true })
    expect(await examineTensorFlow(answer(fails('no library')), name)).toMatchObject({
      available: false,
      reason: expect.stringContaining('no library') as string,
    })
    expect(tried).toEqual([`tensorflow:${name}`, `tensorflow:${name}`])
  })
})
