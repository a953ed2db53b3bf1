import { expect, it, vi } from 'vitest'
import { takeToken } from '../../../src/renderer/api/token.ts'

function tab(hash: string, kept: Record<string, string> = {}, answer?: Response) {
  const replaceState = vi.fn()
  const fetch = vi.fn(async () => answer!)
  const page = {
    location: { hash, pathname: '/', search: '?a=1' },
    history: { replaceState },
    fetch,
    sessionStorage: {
      getItem: (key: string) => kept[key] ?? null,
      setItem: (key: string, value: string) => void (kept[key] = value),
    },
  }
  return { page: page as unknown as Parameters<typeof takeToken>[0], kept, replaceState, fetch }
}

it('takes the token out of the address and keeps it for a reload', async () => {
  const { page, kept, replaceState } = tab('#token=aB-_9')
  expect(await takeToken(page)).toBe('aB-_9')
  expect(replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '/?a=1')
  expect(await takeToken(tab('#/experiment/1', kept).page)).toBe('aB-_9')
})

it('prefers the address to what it kept', async () => {
  const { kept } = tab('')
  await takeToken(tab('#token=old', kept).page)
  expect(await takeToken(tab('#token=new', kept).page)).toBe('new')
})

it('has none in a tab that was never given one', async () => {
  const { page, replaceState } = tab('#/experiment/token=1')
  expect(await takeToken(page)).toBe('')
  expect(replaceState).not.toHaveBeenCalled()
})

it('changes a code for the token, once, and keeps that', async () => {
  const { page, kept, replaceState, fetch } = tab('#code=c0-De', {}, Response.json({ token: 'aB' }))
  expect(await takeToken(page)).toBe('aB')
  expect(fetch).toHaveBeenCalledExactlyOnceWith('/session', {
    method: 'POST',
    headers: { authorization: 'Bearer c0-De' },
  })
  expect(replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '/?a=1')
  expect(await takeToken(tab('', kept).page)).toBe('aB')
})

it('has none for a code that was used', async () => {
  const { page, kept } = tab('#code=c0-De', {}, new Response('used', { status: 401 }))
  expect(await takeToken(page)).toBe('')
  expect(kept).toEqual({})
})
