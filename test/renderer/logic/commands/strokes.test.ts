import { describe, expect, it } from 'vitest'
import { commandIds, commandWords } from '../../../../src/shared/commands.ts'
import {
  createStrokes,
  isPlain,
  printedKeys,
  strokeOf,
} from '../../../../src/renderer/logic/commands/strokes.ts'

const nothing = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const press = (key: string, held: Partial<typeof nothing> = {}, mac = false) =>
  strokeOf({ key, ...nothing, ...held }, mac)

describe('a stroke', () => {
  it.each([
    ['k', {}, 'K'],
    ['k', { ctrlKey: true }, 'Mod+K'],
    ['O', { ctrlKey: true, shiftKey: true }, 'Mod+Shift+O'],
    ['?', { shiftKey: true }, '?'], // on most keyboards
    ['?', { ctrlKey: true, altKey: true }, '?'], // with AltGr on others
    [',', { ctrlKey: true }, 'Mod+,'],
    ['Enter', { ctrlKey: true }, 'Mod+Enter'],
    ['Tab', { shiftKey: true }, 'Shift+Tab'],
    ['1', {}, '1'],
  ] as const)('of %s with %o is %s', (key, held, stroke) => expect(press(key, held)).toBe(stroke))

  it.each([
    ['Shift', { shiftKey: true }],
    ['k', { altKey: true }],
    ['k', { metaKey: true }],
    ['Dead', {}],
  ] as const)('is none of %s with %o', (key, held) => expect(press(key, held)).toBeNull())

  it('takes the command key of a Mac, where Ctrl belongs to the system', () => {
    expect(press('k', { metaKey: true }, true)).toBe('Mod+K')
    expect(press('k', { ctrlKey: true }, true)).toBeNull()
  })
})

describe('strokes one after the other', () => {
  const known = ['G R', 'G O', 'N', 'Mod+K']
  it('are complete with the last, within a moment', () => {
    const hear = createStrokes()
    expect(hear('N', 0, known)).toBe('N')
    expect(hear('G', 1000, known)).toBeNull()
    expect(hear('R', 1500, known)).toBe('G R')
    expect(hear('R', 1600, known)).toBeNull()
    expect(hear('G', 2000, known)).toBeNull()
    expect(hear('R', 9000, known)).toBeNull()
  })

  it('begin anew where they lead nowhere', () => {
    const hear = createStrokes()
    expect(hear('G', 0, known)).toBeNull()
    expect(hear('G', 100, known)).toBeNull()
    expect(hear('O', 200, known)).toBe('G O')
    expect(hear('G', 300, known)).toBeNull()
    expect(hear('Mod+K', 400, known)).toBe('Mod+K')
  })
})

describe('the keys of the commands', () => {
  const all = commandIds.flatMap((id) => commandWords[id].keys ?? [])
  it('are each of one command, and none hides another', () => {
    expect(new Set(all).size).toBe(all.length)
    const hidden = all.filter((keys) => all.some((other) => other.startsWith(`${keys} `)))
    expect(hidden).toEqual([])
  })

  it('can all be pressed, and are printed for both kinds of keyboard', () => {
    for (const keys of all)
      for (const stroke of keys.split(' ')) {
        const [key, ...modifiers] = stroke.split('+').reverse()
        const held = { ctrlKey: modifiers.includes('Mod'), shiftKey: modifiers.includes('Shift') }
        expect(press(key!, held)).toBe(stroke)
      }
    expect(printedKeys('Mod+Shift+O', false)).toEqual([['Ctrl', 'Shift', 'O']])
    expect(printedKeys('Mod+Enter', true)).toEqual([['⌘', '↵']])
    expect(printedKeys('G R', false)).toEqual([['G'], ['R']])
  })

  it('tells those that one could type', () => {
    expect(['?', 'G R', 'N'].every(isPlain)).toBe(true)
    expect(isPlain('Mod+K')).toBe(false)
  })
})
