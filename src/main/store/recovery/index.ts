/** Opens the store of a home: as it is, or, where the database is damaged, a new one with what could be saved of it. */
import fs from 'node:fs'
import type { ErrorRecord } from '../../../shared/experiment.ts'
import { openDatabase } from '../database.ts'
import { damaged, openingError } from '../errors.ts'
import { storeOver, type Store } from '../index.ts'
import { damageOf, markOf } from './damage.ts'
import { recover } from './recover.ts'

/**
 * @param alone whether no other process has the database open: only then is it replaced
 * @throws WorkbenchError database-newer, home-unwritable, or database-damaged where others have it open
 */
export function openOrRecover(file: string, alone: boolean): { store: Store; notices: ErrorRecord[] } {
  let damage: string | undefined
  try {
    damage = damageOf(file)
  } catch (error) {
    throw openingError(error, file)
  }
  if (damage !== undefined && !alone) throw damaged(file, damage)
  const notices = damage === undefined ? [] : [recover(file, damage)]
  const mark = () => {
    try {
      fs.writeFileSync(markOf(file), '') // the next start looks at all of it
    } catch {
      // a disk that cannot be written to either
    }
  }
  return { store: storeOver(openDatabase(file), mark), notices }
}
