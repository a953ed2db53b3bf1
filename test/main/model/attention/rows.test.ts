/** The properties that each attention variant has by itself, on every device: the table is rows.ts. */
import { beforeAll, describe, it } from 'vitest'
import type { Device } from '../../../../src/main/engine/program.ts'
import { devices } from '../../../support/devices.ts'
import { rows } from './rows.ts'

describe.each(devices)('on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })
  describe.each(rows)('$id', ({ properties }) => {
    it.each(Object.entries(properties))('%s', (_, check) => check(device))
  })
})
