/**
 * The token of this start of the web host. It arrives in the fragment of the address, which a browser never sends anywhere:
 * itself (`#token=...`, as it is printed), or as a code that is worth it once (`#code=...`, as a browser is started with it, whose
 * arguments others may read). It is kept for reloads of this tab only. It is no cookie, because cookies do not respect ports:
 * every other server on 127.0.0.1 would be sent it.
 */
import { sessionPath } from '../../shared/wire.ts'

const storageKey = 'attention-workbench-token'

type Page = Pick<Window, 'location' | 'history' | 'sessionStorage' | 'fetch'>

/** Moves the token out of the address into the tab's storage; empty if this tab was never given one. */
export async function takeToken(page: Page): Promise<string> {
  const { hash, pathname, search } = page.location
  const [, kind, given] = /^#(token|code)=([\w-]+)$/.exec(hash) ?? []
  if (!given) return page.sessionStorage.getItem(storageKey) ?? ''
  page.history.replaceState(null, '', pathname + search)
  const token = kind === 'token' ? given : await exchange(page, given)
  if (token !== '') page.sessionStorage.setItem(storageKey, token)
  return token
}

/** Empty where the code was used before: then the printed address still opens the window. */
async function exchange(page: Page, code: string): Promise<string> {
  try {
    const headers = { authorization: `Bearer ${code}` }
    const answer = await page.fetch(sessionPath, { method: 'POST', headers })
    return answer.ok ? ((await answer.json()) as { token: string }).token : ''
  } catch {
    return '' // the workbench is gone
  }
}
