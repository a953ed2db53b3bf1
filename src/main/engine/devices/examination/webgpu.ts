/**
 * WebGPU: a hardware adapter, a software adapter or none. On Linux the Vulkan loader says in its log which drivers and
 * devices there are; macOS has hardware adapters only; on Windows a controller of a GPU's vendor has to be there, since
 * the software adapter (WARP) always is. In doubt an adapter is software.
 */
import type { Examination } from './examination.ts'
import type { Probe, ProbeAnswer } from './probing.ts'

const softwareName = /swiftshader|llvmpipe|lavapipe|lvp|softpipe|dzn|virtio|gfxstream|warp|basic render/i
const gpuVendor = /nvidia|geforce|\bamd\b|advanced micro devices|radeon|intel|qualcomm|adreno|apple/i

export function examineWebGpu(probe: Probe, platform: string = process.platform): Promise<Examination> {
  return platform === 'linux' ? onVulkan(probe) : onNative(probe, platform)
}

/** Driver manifests that the loader read, and names of the devices that they offer, in the order of its log. */
export function readLoaderLog(log: string): { manifests: string[]; devices: string[] } {
  const manifests = [...log.matchAll(/Found ICD manifest file (.+?), version/g)].map((match) => match[1]!)
  const devices = [...log.matchAll(/\[\d+\] (.+)$/gm)].map((match) => match[1]!.trim())
  return { manifests: [...new Set(manifests)], devices: [...new Set(devices)] }
}

async function onVulkan(probe: Probe): Promise<Examination> {
  const environment = { VK_LOADER_DEBUG: 'all' }
  const first = await probe('webgpu', environment)
  if (!first.works) return { available: false, reason: vulkanReason(first) }
  const { manifests, devices } = readLoaderLog(first.log)
  const hardware = manifests.filter((manifest) => !softwareName.test(manifest))
  const software = (names: readonly string[]): Examination => ({
    available: true,
    software: true,
    description: softwareDescription(names),
  })
  if (hardware.length === 0) return software(devices)
  if (hardware.length === manifests.length) return offered(devices) ?? software(devices)
  // Drivers of both kinds: whether there is hardware shows when the software ones are left out.
  const only = { VK_DRIVER_FILES: hardware.join(':'), VK_ICD_FILENAMES: hardware.join(':') }
  const second = await probe('webgpu', { ...environment, ...only })
  if (!second.works) return software(devices)
  return offered(readLoaderLog(second.log).devices, only) ?? software(devices)
}

/** Hardware, unless a device says by its name that it is none. */
function offered(devices: readonly string[], environment?: Record<string, string>): Examination | undefined {
  if (devices.some((device) => softwareName.test(device))) return undefined
  const description = devices.length > 0 ? `${devices[0]}, through Vulkan` : 'a GPU, through Vulkan'
  return { available: true, description, ...(environment && { environment }) }
}

const softwareDescription = (devices: readonly string[]): string =>
  `${devices[0] ?? 'an adapter that may not be hardware'}: computed by the processor, slow; auto never picks it`

function vulkanReason({ log, ...answer }: ProbeAnswer): string {
  if (/libvulkan\.so\.1: cannot open/.test(log))
    return (
      'The Vulkan loader, libvulkan.so.1, is not installed. Install it (Debian, Ubuntu: libvulkan1; Fedora: ' +
      "vulkan-loader) together with your GPU's driver."
    )
  if (/Found no drivers|VK_ERROR_INCOMPATIBLE_DRIVER/.test(log))
    return "Vulkan finds no driver of a GPU. Install your GPU's (AMD, Intel: Mesa's Vulkan drivers; NVIDIA: its own)."
  const { devices } = readLoaderLog(log)
  const message = answer.works ? '' : answer.message
  if (/No supported adapters/.test(message))
    return devices.length > 0
      ? `Vulkan offers ${devices.join(', ')}, which WebGPU cannot use. A newer driver may help.`
      : 'Vulkan finds no GPU. Where there is one, this user may lack access to it, or its driver is missing.'
  return `The WebGPU provider does not start: ${firstLine(message)}. A newer driver may help.`
}

const firstLine = (text: string): string => text.trim().split('\n')[0]!.replace(/\.$/, '')

async function onNative(probe: Probe, platform: string): Promise<Examination> {
  const [answer, graphics] = await Promise.all([probe('webgpu'), probe('graphics')])
  if (!answer.works)
    return {
      available: false,
      reason: `WebGPU finds no adapter: ${firstLine(answer.message)}. Update your system and its graphics driver.`,
    }
  const controllers = graphics.works ? graphics.found : []
  const hardware = controllers.filter((name) => gpuVendor.test(name) && !softwareName.test(name))
  const through = platform === 'darwin' ? 'Metal' : 'Direct3D 12'
  if (platform !== 'darwin' && hardware.length === 0)
    return { available: true, software: true, description: softwareDescription(controllers) }
  return { available: true, description: `${hardware[0] ?? 'a GPU'}, through ${through}` }
}
