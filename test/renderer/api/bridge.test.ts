import { expect, it, vi } from 'vitest'
import { bridgedApi } from '../../../src/renderer/api/bridge.ts'
import type { WindowBridge } from '../../../src/shared/wire.ts'

it('opens envelopes: outputs are returned, failures thrown as WorkbenchError', async () => {
  const error = { code: 'unknown-run', message: 'There is no run "a".', hint: 'List them.' }
  const listRuns = vi.fn(async () => ({ output: [] }))
  const bridge = { listRuns, showRun: async () => ({ error }) }
  const api = bridgedApi(bridge as unknown as WindowBridge)
  expect(await api.listRuns({})).toEqual([])
  expect(listRuns).toHaveBeenCalledExactlyOnceWith({})
  await expect(api.showRun({ id: 'a' })).rejects.toMatchObject({ name: 'WorkbenchError', ...error })
})

it('passes on plain copies, whatever the window holds its inputs in', async () => {
  const showRun = vi.fn(async (input: unknown) => ({ output: structuredClone(input) }))
  const api = bridgedApi({ showRun } as unknown as WindowBridge)
  expect(await api.showRun(new Proxy({ id: 'a' }, {}))).toEqual({ id: 'a' })
})

it('subscribes through the bridge', () => {
  const stop = () => {}
  const subscribe = vi.fn(() => stop)
  const listener = () => {}
  expect(bridgedApi({ subscribe } as unknown as WindowBridge).subscribe('runChanged', listener)).toBe(stop)
  expect(subscribe).toHaveBeenCalledExactlyOnceWith('runChanged', listener)
})
