import { expect, it, vi } from 'vitest'
import { takeToken } from '../../../src/renderer/api/token.ts'

function tab(hash: string, kept: Record<string, string> = {}) {
  const replaceState = vi.fn()
  const page = {
    location: { hash, pathname: '/', search: '?a=1' },
    history: { replaceState },
    sessionStorage: {
      getItem: (key: string) => kept[key] ?? null,
      setItem: (key: string, value: string) => void (kept[key] = value),
    },
  }
  return { page: page as unknown as Parameters<typeof takeToken>[0], kept, replaceState }
}

it('takes the token out of the address and keeps it for a reload', () => {
  const { page, kept, replaceState } = tab('#token=aB-_9')
  expect(takeToken(page)).toBe('aB-_9')
  expect(replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '/?a=1')
  expect(takeToken(tab('#/experiment/1', kept).page)).toBe('aB-_9')
})

it('prefers the address to what it kept', () => {
  const { kept } = tab('')
  takeToken(tab('#token=old', kept).page)
  expect(takeToken(tab('#token=new', kept).page)).toBe('new')
})

it('has none in a tab that was never given one', () => {
  const { page, replaceState } = tab('#/experiment/token=1')
  expect(takeToken(page)).toBe('')
  expect(replaceState).not.toHaveBeenCalled()
})
