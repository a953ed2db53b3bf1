import { describe, expect, it } from 'vitest'
import { listDevices, openDevice } from '../../../../src/main/engine/devices/index.ts'
import { deviceNames } from '../../../../src/shared/experiment.ts'
import { programOf, wave } from '../../../support/devices.ts'

const program = programOf({ x: wave([3]) }, ({ x }) => ({ y: x!.add(1) }))

describe('the list of devices', () => {
  it('has every device of the contract with what it is, or why it is not there in whole sentences', async () => {
    const devices = await listDevices()
    expect(devices.map(({ id }) => id)).toEqual([...deviceNames])
    for (const { id, available, description, reason } of devices)
      if (available) expect(description, id).toMatch(/\S/)
      else expect(reason, id).toMatch(/^[A-Z].{20,}/)
    expect(devices.filter(({ available }) => available).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['cpu', 'reference']),
    )
  })
})

describe('opening a device', () => {
  it.each(['cpu', 'reference'] as const)('%s: by its name, unmeasured', async (name) => {
    const { device, measured } = await openDevice(name, 1, program)
    expect([device.name, measured]).toEqual([name, []])
  })

  it('auto: one that is available, and never the reference', async () => {
    const { device, measured } = await openDevice('auto', 1, program)
    const available = (await listDevices()).filter((report) => report.available).map(({ id }) => id)
    expect(available).toContain(device.name)
    expect([device.name, ...measured.map((measurement) => measurement.device)]).not.toContain('reference')
  })

  it('one that is not available: refused with its reason and a next step', async () => {
    const missing = (await listDevices()).find(({ available }) => !available)! // no platform has them all
    await expect(openDevice(missing.id as 'cuda', 1, program)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringContaining(missing.reason!) as string,
      hint: expect.stringContaining('--device cpu') as string,
    })
  })
})
