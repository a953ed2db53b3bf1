/** start, as far as a machine without a display goes: the web host, its address, and its end. */
import { beforeAll, describe, expect, it } from 'vitest'
import { buildWhereNeeded } from '../../../../src/main/hosts/cli/build.ts'
import { runCli, startCli, temporaryFolder } from './cli.ts'

beforeAll(() => buildWhereNeeded())

const address = /^http:\/\/127\.0\.0\.1:(\d+)\/#token=\S+$/m
const noDisplay = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined }

describe('start', () => {
  it('--no-open serves the window until it is told to end', async () => {
    const running = startCli(temporaryFolder(), ['start', '--no-open'])
    const [url] = await running.hears('stdout', address)
    const page = await fetch(url)
    expect(page.status).toBe(200)
    expect(await page.text()).toMatch(/<title>/)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 1 })
    await expect(fetch(url)).rejects.toThrow()
  })

  it.skipIf(process.platform !== 'linux')('without a display says so, and serves all the same', async () => {
    const running = startCli(temporaryFolder(), ['start'], { environment: noDisplay })
    const [url] = await running.hears('stdout', address)
    expect((await fetch(url)).status).toBe(200)
    running.child.kill('SIGTERM')
    const { code, stderr } = await running.ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^Electron is not available: there is no display .*\. Using a browser instead\.$/m)
    expect(stderr).toMatch(/^No window: there is no display .*\. Open the address/m)
  })

  it('takes the port that it is given, and says when it is taken', async () => {
    const first = startCli(temporaryFolder(), ['start', '--no-open'])
    const [, port] = await first.hears('stdout', address)
    const { code, stdout, stderr } = await runCli(temporaryFolder(), 'start', '--no-open', '--port', port!)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^error: .*port ${port}`, 'm'))
    first.child.kill('SIGTERM')
    await first.ended
    const again = startCli(temporaryFolder(), ['start', '--no-open', '--port', port!])
    expect((await again.hears('stdout', address))[1]).toBe(port)
    again.child.kill('SIGTERM')
    await again.ended
  })
})
