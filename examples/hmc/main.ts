/**
 * A hundred chains of Hamiltonian Monte Carlo explore a bent distribution, all in one compiled Program.
 *
 * `npm run example -- hmc`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { jit, NdArray, Numpy as np, Random } from "effax"
import { Clock, Console, Effect } from "effect"
import * as Chart from "../chart.ts"
import { banana, chains } from "./hmc.ts"

const program = Effect.gen(function*() {
  const sample = jit((starts: NdArray.Any, key: NdArray.Any) =>
    chains(banana, { stepSize: 0.15, steps: 20 }, starts, key as Random.Key, 500)
  )
  const [startKey, key] = Random.keys(Random.key(0), 2)
  const start = yield* Clock.currentTimeMillis
  const { acceptance, samples } = yield* NdArray.evaluate(sample(Random.normal(startKey, [100, 2]), key))
  const seconds = ((yield* Clock.currentTimeMillis) - start) / 1000
  yield* Console.log(`100 chains of 500 samples, 20 gradients each: ${seconds.toFixed(2)} s, compiled and run`)

  const kept = np.reshape(np.index(samples, [np.slice(), np.slice(100)]), [-1, 2])
  const mean = yield* NdArray.toNested(np.mean(kept, { axis: 0 }))
  const deviation = yield* NdArray.toNested(np.std(kept, { axis: 0 }))
  yield* Console.log("accepted", (yield* NdArray.toNumber(np.mean(acceptance))).toFixed(3))
  yield* Console.log("mean     ", mean, " exact: [0, 1]")
  yield* Console.log("deviation", deviation, " exact: [1, 1.5]")

  const some = (yield* NdArray.toNested(np.index(kept, np.slice(undefined, undefined, 16)))) as Array<Array<number>>
  const one = (yield* NdArray.toNested(np.index(samples, [0, np.slice(100, 130)]))) as Array<Array<number>>
  const picture = Chart.svg({
    ...Chart.frame("samples of a bent distribution, and thirty steps of one chain"),
    xAxis: Chart.axis("x"),
    yAxis: Chart.axis("y"),
    series: [
      { name: "samples", type: "scatter", symbolSize: 3, itemStyle: { opacity: 0.5 }, data: some },
      { name: "one chain", type: "line", symbolSize: 6, data: one }
    ]
  })
  yield* Console.log(`samples: ${yield* Chart.save("hmc", picture)}`)
})

NodeRuntime.runMain(program.pipe(Effect.provide([CpuWasm.layer, NodeServices.layer])))
