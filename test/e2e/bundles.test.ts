/** What the build must have made of the sources for a sandboxed preload and a page under a strict policy to run. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { preloadFile, rendererFolder } from '../../src/main/paths.ts'
import { requireBuild } from '../support/hosts.ts'

requireBuild()

it('bundles the preload whole: it requires nothing but electron', () => {
  const source = readFileSync(preloadFile, 'utf8')
  const required = [...source.matchAll(/\brequire\(([^)]*)\)/g)].map(([, name]) => name)
  expect(required).toEqual(['"electron"'])
  expect(source).not.toMatch(/^\s*(import|export)\s/m)
})

it('leaves nothing inline in the page, and nothing from elsewhere', () => {
  const page = readFileSync(path.join(rendererFolder, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/)
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/)
  expect(page).not.toMatch(/http-equiv/i)
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
})
