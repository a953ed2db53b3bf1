/** What can train on this machine. */
import type { DeviceReport } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'

/** The engine is large and trains in other processes: it is loaded here only when someone asks for the devices. */
export async function listDevices(): Promise<DeviceReport[]> {
  const devices = await import('../engine/devices/index.ts')
  return devices.listDevices()
}

/** @throws WorkbenchError device-unavailable */
export async function requireDevice(choice: string): Promise<void> {
  if (choice === 'auto') return
  const devices = await listDevices()
  const device = devices.find((candidate) => candidate.id === choice)
  if (device?.available) return
  const available = devices.filter((candidate) => candidate.available).map((candidate) => candidate.id)
  throw new WorkbenchError(
    'device-unavailable',
    `The device "${choice}" is not available${device?.reason ? `: ${device.reason}` : '.'}`,
    `Available here: auto, ${available.join(', ')}.`,
  )
}
