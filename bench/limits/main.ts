/**
 * The limits as a subject.
 */
import { answer, failure, type Measurement, measurement, nextTitle, task } from "../harness/protocol.ts"
import { median, Sampler } from "../harness/sampler.ts"
import { bandwidthTitle, type Work, works } from "../items/work.ts"
import { Pool } from "./pool.ts"
import { programs } from "./programs.ts"

const { measuring, quick, threads } = task()
const pool = new Pool(threads)

const measure = (work: Work): Measurement => {
  const { repeated = 1, steps = 1 } = work
  const inputs = work.inputs()
  const begin = performance.now()
  const { results, run } = programs[work.kind](pool, inputs, work)
  run()
  const first = performance.now() - begin
  for (let step = 1; step < steps; step++) run()
  const error = work.check(results(), inputs.map(({ data }) => data))
  const sampler = new Sampler(measuring)
  while (sampler.wants()) {
    sampler.start()
    for (let i = 0; i < repeated; i++) run()
    sampler.stop()
  }
  return measurement(sampler, first, error, repeated)
}

/** GB/s that memory gives when it is only read: the sums of very long rows. */
const bandwidth = (): Measurement => {
  const rows = 16, columns = quick ? 4096 : 1 << 20
  const X = pool.put(new Float32Array(rows * columns).fill(0.5)), Y = pool.allocate(rows)
  const sampler = new Sampler(measuring)
  while (sampler.wants()) {
    sampler.start()
    pool.parallel("sum_rows", rows, 1, [X, Y, columns])
    sampler.stop()
  }
  return { value: 4 * rows * columns / median(sampler.times) / 1e6 }
}

for (;;) {
  const title = await nextTitle()
  pool.reset()
  try {
    answer(title === bandwidthTitle ? bandwidth() : measure(works(quick).find((work) => work.title === title)!))
  } catch (error) {
    answer(failure(error))
  }
}
