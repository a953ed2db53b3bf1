/** Work as a user who may not read everything: as nobody, where the tests run as root. */

export const isRoot = process.getuid?.() === 0
const nobody = 65_534

/** Does `work` with the rights of nobody; as who runs the tests, where that is not root. */
export async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  if (!isRoot) return work()
  process.seteuid!(nobody)
  try {
    return await work()
  } finally {
    process.seteuid!(0)
  }
}
