import { beforeEach, describe, expect, it, vi } from 'vitest'

const handle = vi.fn()
vi.mock('electron', () => ({ ipcMain: { handle }, protocol: {} }))

const { answerCall, serveCalls } = await import('../../../../src/main/hosts/electron/ipc.ts')
const { callNames, eventNames } = await import('../../../../src/shared/contract.ts')
const { WorkbenchError } = await import('../../../../src/shared/errors.ts')

const frame = (url: string) => ({ url })
/** A call from `sent` in a window whose main frame is `main`. */
const eventFrom = (sent: unknown, main: unknown) =>
  ({ senderFrame: sent, sender: { mainFrame: main } }) as Parameters<typeof answerCall>[2]

describe('a call', () => {
  const dispatch = vi.fn(async (_name: string, input: unknown) => input)
  const page = frame('app://workbench/index.html#/experiment/1')
  beforeEach(() => void dispatch.mockClear())

  it('from the page of the app is dispatched, and its output enveloped', async () => {
    const { signal } = new AbortController()
    const reply = await answerCall({ dispatch }, 'showRun', eventFrom(page, page), { id: 'a' }, signal)
    expect(reply).toEqual({ output: { id: 'a' } })
    expect(dispatch).toHaveBeenCalledWith('showRun', { id: 'a' }, signal)
  })

  it.each([
    ['a page elsewhere', frame('https://example.com/'), undefined],
    ['a look-alike host', frame('app://workbench.example/index.html'), undefined],
    ['another scheme', frame('file:///index.html'), undefined],
    ['a blank page', frame('about:blank'), undefined],
    ['no address', frame(''), undefined],
    ['a frame inside the page', frame('app://workbench/index.html'), page],
    ['a frame that is gone', null, page],
  ])('from %s is refused without being dispatched', async (_name, sent, main) => {
    const reply = await answerCall({ dispatch }, 'listRuns', eventFrom(sent, main ?? sent), {})
    expect(reply).toMatchObject({ error: { code: 'invalid-request' } })
    expect(dispatch).not.toHaveBeenCalled()
  })

  it('that fails keeps its code, message and hint', async () => {
    dispatch.mockRejectedValueOnce(new WorkbenchError('unknown-run', 'There is no run "a".', 'List them.'))
    expect(await answerCall({ dispatch }, 'showRun', eventFrom(page, page), {})).toEqual({
      error: { code: 'unknown-run', message: 'There is no run "a".', hint: 'List them.' },
    })
  })
})

it('has one handler per call, and tells events until the window closes', () => {
  const listeners = new Map<string, (payload: unknown) => void>()
  const stop = vi.fn()
  const subscribe = (event: string, listener: (payload: unknown) => void) => {
    listeners.set(event, listener)
    return stop
  }
  const send = vi.fn()
  let close = () => {}
  const window = { webContents: { send }, on: (_event: string, listener: () => void) => (close = listener) }
  const signals: AbortSignal[] = []
  const dispatch = async (_name: string, _input: unknown, gone: AbortSignal) => void signals.push(gone)
  serveCalls({ dispatch, api: { subscribe } } as never, window as never)

  expect(handle.mock.calls.map(([channel]) => channel)).toEqual(
    callNames.map((call) => `workbench:call:${call}`),
  )
  listeners.get('datasetsChanged')!({})
  expect(send).toHaveBeenCalledExactlyOnceWith('workbench:event:datasetsChanged', {})
  const page = frame('app://workbench/index.html')
  ;(handle.mock.calls[0]![1] as (...values: unknown[]) => unknown)(eventFrom(page, page), {})
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  close()
  expect(stop).toHaveBeenCalledTimes(eventNames.length)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]) // what it waits for is given up
})
