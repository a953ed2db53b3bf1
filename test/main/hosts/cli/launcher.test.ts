/** bin/attention-workbench.mjs under other versions of Node, and in an installed package. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { launcher, runCli, startCli, temporaryFolder } from './cli.ts'

/** A Node on the PATH that is too old to run the workbench itself. */
function oldNode(): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => {
      if (!fs.existsSync(file)) return false
      const [major, minor] = execFileSync(file, ['--version'], { encoding: 'utf8' })
        .slice(1)
        .split('.')
        .map(Number)
      return major! < 22 || (major === 22 && minor! < 18)
    })
}

const node = oldNode()
describe.skipIf(!node)(
  `under an old Node${node ? '' : ' (skipped: no Node older than 22.18 on the PATH)'}`,
  () => {
    it('runs with the Node that the project brings, and passes the exit code on', async () => {
      const home = temporaryFolder()
      expect(await startCli(home, ['runs', '--json'], { node }).ended).toEqual({
        code: 0,
        stdout: '[]\n',
        stderr: '',
      })
      expect((await startCli(home, ['show', 'nothing'], { node }).ended).code).toBe(1)
      expect((await startCli(home, ['trian'], { node }).ended).code).toBe(2)
    })

    it('passes signals on', async () => {
      const running = startCli(temporaryFolder(), ['start', '--no-open'], { node })
      await running.hears('stdout', /http:\/\/127/)
      running.child.kill('SIGTERM')
      expect((await running.ended).code).toBe(0)
    })

    it('asks for a newer Node in one line where the project brings none', async () => {
      const folder = temporaryFolder()
      const alone = path.join(folder, 'attention-workbench.mjs')
      fs.copyFileSync(launcher, alone)
      const outcome = fs.existsSync(alone) && execFail(node!, alone)
      expect(outcome).toMatchObject({ status: 1, stdout: '' })
      expect((outcome as { stderr: string }).stderr).toMatch(
        /^attention-workbench needs Node 22\.18 or newer, .*\n$/,
      )
    })
  },
)

describe('an installed package', () => {
  it('runs its bundle, since Node strips no types inside node_modules', () => {
    const root = path.join(temporaryFolder(), 'node_modules', 'attention-workbench')
    for (const folder of ['bin', 'out/main', 'src/main/hosts/cli'])
      fs.mkdirSync(path.join(root, folder), { recursive: true })
    const installed = path.join(root, 'bin', 'attention-workbench.mjs')
    fs.copyFileSync(launcher, installed)
    fs.writeFileSync(path.join(root, 'src/main/hosts/cli/index.ts'), 'console.log("source")')
    expect(execFail(process.execPath, installed)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^attention-workbench is not built: .*cli\.js is missing\..*\n$/,
      ) as string,
    })
    fs.writeFileSync(path.join(root, 'out/main/cli.js'), 'console.log("bundle")')
    expect(execFileSync(process.execPath, [installed], { encoding: 'utf8' })).toBe('bundle\n')
  })
})

it('keeps warnings of Node from the person', async () => {
  expect((await runCli(temporaryFolder(), 'devices')).stderr).toBe('')
})

/** Runs a script that is expected to fail. */
function execFail(executable: string, script: string): unknown {
  try {
    execFileSync(executable, [script], { encoding: 'utf8', stdio: 'pipe' })
    return undefined
  } catch (error) {
    return error
  }
}
