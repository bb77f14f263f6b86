/**
 * A Gaussian process is fitted to noisy points, and says where it is unsure.
 *
 * `npm run example -- gaussianProcess`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { jit, NdArray, Numpy as np, Random } from "effax"
import { Console, Effect } from "effect"
import * as Chart from "../chart.ts"
import { fit, observations } from "./fit.ts"
import * as Process from "./process.ts"

const program = Effect.gen(function*() {
  const { x, y } = yield* NdArray.evaluate(observations(Random.key(3), 40))
  const parameters = yield* fit(x, y, {
    steps: 200,
    onStep: (step, loss) => step % 40 === 0 ? Console.log(`  step ${step}: ${loss.toFixed(3)} nats`) : Effect.void
  })
  const { amplitude, lengthscale, noise } = parameters
  const [a, l, n] = yield* Effect.forEach([amplitude, lengthscale, noise], (p) => NdArray.toNumber(np.exp(p)))
  yield* Console.log(`amplitude ${a!.toFixed(2)}, length ${l!.toFixed(2)}, noise ${n!.toFixed(3)} (it was 0.15)`)

  const at = yield* np.linspace(-3.5, 3.5, 141)
  const { deviation, mean } = yield* NdArray.evaluate(jit(Process.predict)(parameters, x, y, at))
  const numbers = Effect.fnUntraced(function*(array: NdArray.Any) {
    return (yield* NdArray.toTypedArray(array)) as Float32Array
  })
  const [xs, ys, where, means, deviations] = yield* Effect.forEach([x, y, at, mean, deviation], numbers)
  const lower = means!.map((m, i) => m - 2 * deviations![i]!)
  const band = deviations!.map((d) => 4 * d)
  const quiet = { type: "line" as const, showSymbol: false, stack: "band", lineStyle: { opacity: 0 } }
  const picture = Chart.svg({
    ...Chart.frame("a Gaussian process, with two standard deviations"),
    xAxis: { ...Chart.axis("x"), min: -3.5, max: 3.5 },
    yAxis: Chart.axis("y"),
    series: [
      { ...quiet, stackStrategy: "all", data: Chart.points(where!, lower) as never },
      { ...quiet, stackStrategy: "all", areaStyle: { opacity: 0.2 }, data: Chart.points(where!, band) as never },
      { name: "mean", type: "line", showSymbol: false, data: Chart.points(where!, means!) as never },
      { name: "observations", type: "scatter", symbolSize: 6, data: Chart.points(xs!, ys!) as never }
    ]
  })
  yield* Console.log(`fit: ${yield* Chart.save("gaussianProcess", picture)}`)
})

NodeRuntime.runMain(program.pipe(Effect.provide([CpuWasm.layer, NodeServices.layer])))
