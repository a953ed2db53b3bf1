/** Which devices there are, and opening one. */
import os from 'node:os'
import { WorkbenchError } from '../../../shared/errors.ts'
import type { DeviceReport } from '../../../shared/contract.ts'
import type { DeviceChoice } from '../../../shared/experiment.ts'
import type { Device } from '../program.ts'
import { describeProcessor, openCpu } from './cpu.ts'
import { openReference, referenceDescription } from './reference.ts'

const notConnected = 'The engine has no connector for it yet; runs use the CPU.'

/** Every device of the design, with what it is or why it is not available. */
export function listDevices(): Promise<DeviceReport[]> {
  return Promise.resolve([
    { id: 'cpu', available: true, description: describeProcessor(os.availableParallelism()) },
    ...['webgpu', 'cuda', 'directml', 'coreml', 'tensorflow'].map((id) => ({
      id,
      available: false,
      reason: notConnected,
    })),
    { id: 'reference', available: true, description: referenceDescription },
  ])
}

/** Opens a device. @throws WorkbenchError device-unavailable */
export async function openDevice(choice: DeviceChoice, threads: number): Promise<Device> {
  if (choice === 'auto' || choice === 'cpu') return openCpu(threads)
  if (choice === 'reference') return openReference()
  throw new WorkbenchError(
    'device-unavailable',
    `The device ${choice} is not available: ${notConnected}`,
    'Choose --device cpu, or leave it out.',
  )
}
