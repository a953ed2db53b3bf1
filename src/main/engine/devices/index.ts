/** Which devices there are, and opening one. Listing them loads neither tfjs nor ONNX Runtime. */
import os from 'node:os'
import { WorkbenchError } from '../../../shared/errors.ts'
import type { DeviceReport } from '../../../shared/contract.ts'
import type { DeviceChoice, DeviceName } from '../../../shared/experiment.ts'
import type { Device, Program } from '../program.ts'
import type { Candidate, DeviceMeasurement } from './auto.ts'
import { describeProcessor, referenceDescription } from './examination/always.ts'
import type { Examination } from './examination/examination.ts'
import { probe } from './examination/probing.ts'
import { examineCoreMl, examineCuda, examineDirectMl } from './examination/providers.ts'
import { examineTensorFlow } from './examination/tensorflow.ts'
import { examineWebGpu } from './examination/webgpu.ts'

interface Connector {
  /** Quick, and never fails: what could is tried in another process. */
  examine(): Promise<Examination>
  /** Loads what the device needs and opens it. */
  open(description: string, threads: number): Promise<Device>
  /** Whether `auto` may choose it. */
  readonly automatic: boolean
}

const always = (description: string) => (): Promise<Examination> =>
  Promise.resolve({ available: true, description })
const providerConnector = (
  name: 'cuda' | 'directml' | 'coreml',
  examine: (run: typeof probe) => Promise<Examination>,
): Connector => ({
  examine: () => examine(probe),
  open: async (description) => (await import('./providers.ts')).openProvider(name, description),
  automatic: true,
})

/** In the order in which they are listed and measured; the first is the yardstick of the others. */
const connectors: Record<DeviceName, Connector> = {
  cpu: {
    examine: always(describeProcessor(os.availableParallelism())),
    open: async (_, threads) => (await import('./cpu.ts')).openCpu(threads),
    automatic: true,
  },
  webgpu: {
    examine: () => examineWebGpu(probe),
    open: async (description) => (await import('./webgpu.ts')).openWebGpu(description),
    automatic: true,
  },
  cuda: providerConnector('cuda', examineCuda),
  directml: providerConnector('directml', examineDirectMl),
  coreml: providerConnector('coreml', examineCoreMl),
  tensorflow: {
    examine: () => examineTensorFlow(probe),
    open: async (description) => (await import('./tensorflow.ts')).openTensorFlow(description),
    automatic: true,
  },
  reference: {
    examine: always(referenceDescription),
    open: async () => (await import('./reference.ts')).openReference(),
    automatic: false,
  },
}
const names = Object.keys(connectors) as DeviceName[]

/** Examined once per process. */
const examinations = new Map<DeviceName, Promise<Examination>>()
function examine(name: DeviceName): Promise<Examination> {
  let examination = examinations.get(name)
  if (!examination) examinations.set(name, (examination = connectors[name].examine()))
  return examination
}

/** Every device of the design, with what it is or why it is not available. */
export function listDevices(): Promise<DeviceReport[]> {
  return Promise.all(
    names.map(async (id): Promise<DeviceReport> => {
      const examination = await examine(id)
      return examination.available
        ? { id, available: true, description: examination.description }
        : { id, available: false, reason: examination.reason }
    }),
  )
}

async function open(name: DeviceName, threads: number): Promise<Device> {
  const examination = await examine(name)
  if (!examination.available)
    throw new WorkbenchError(
      'device-unavailable',
      `The device ${name} is not available: ${examination.reason}`,
      'Choose --device cpu, or leave it out.',
    )
  Object.assign(process.env, examination.environment)
  return connectors[name].open(examination.description, threads)
}

export interface OpenedDevice {
  readonly device: Device
  /** What `auto` measured; empty where there was nothing to choose from. */
  readonly measured: readonly DeviceMeasurement[]
}

/**
 * Opens a device. `auto` opens the one on which `program` runs fastest; software adapters and the reference are not
 * among its choices.
 * @throws WorkbenchError device-unavailable
 */
export async function openDevice(
  choice: DeviceChoice,
  threads: number,
  program: Program,
): Promise<OpenedDevice> {
  if (choice !== 'auto') return { device: await open(choice, threads), measured: [] }
  const { openFastest } = await import('./auto.ts')
  return openFastest(await automaticCandidates(threads), program)
}

async function automaticCandidates(threads: number): Promise<[Candidate, ...Candidate[]]> {
  const candidate = (name: DeviceName): Candidate => ({ name, open: () => open(name, threads) })
  const others = names.filter((name) => name !== 'cpu' && connectors[name].automatic)
  const found = await Promise.all(
    others.map(async (name) => {
      const examination = await examine(name)
      return examination.available && !examination.software ? [candidate(name)] : []
    }),
  )
  return [candidate('cpu'), ...found.flat()]
}
