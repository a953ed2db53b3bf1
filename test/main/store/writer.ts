/**
 * A process that writes points to a store: `writer.ts FILE RUN BATCHES`. It prints a line after every committed
 * batch of ten points, so that a test can kill it between two of them.
 */
import { openStore } from '../../../src/main/store/index.ts'

const [file, run, batches] = process.argv.slice(2) as [string, string, string]
const store = openStore(file)
for (let batch = 0; batch < Number(batches); batch++) {
  const steps = Array.from({ length: 10 }, (_, index) => batch * 10 + index)
  store.appendPoints(steps.map((step) => ({ run, metric: 'train/loss', step, value: 1 / (1 + step) })))
  process.stdout.write(`${batch}\n`)
}
store.close()
