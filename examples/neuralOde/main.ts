/**
 * A neural ordinary differential equation learns the motion of a spiral, with gradients from the adjoint equation.
 *
 * `npm run example -- neuralOde`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { jit, NdArray, Numpy as np, Random } from "effax"
import { Console, Effect } from "effect"
import * as Chart from "../chart.ts"
import { odeint } from "./odeint.ts"
import * as Spiral from "./spiral.ts"

const program = Effect.gen(function*() {
  const parameters = yield* Spiral.fit({
    key: Random.key(0),
    steps: 4000,
    onStep: (step, loss) =>
      step % 400 === 0 ? Console.log(`  step ${step}: mean distance ${loss.toFixed(4)}`) : Effect.void
  })
  const { states, times } = Spiral.observe(400)
  const solve = jit((p: Spiral.Parameters, ts: NdArray.Any) => odeint(Spiral.learned, np.array([2, 0]), ts, p, 10))
  const points = Effect.fnUntraced(function*(path: NdArray.Any) {
    return (yield* NdArray.toNested(path)) as Array<Array<number>>
  })
  const picture = Chart.svg({
    ...Chart.frame("the law of motion of a spiral, learned from pieces of it"),
    xAxis: Chart.axis("x"),
    yAxis: Chart.axis("y"),
    series: [
      { name: "observed", type: "scatter", symbolSize: 4, data: yield* points(states) },
      { name: "learned", type: "line", showSymbol: false, data: yield* points(solve(parameters, times)) }
    ]
  }, { width: 560, height: 560 })
  yield* Console.log(`trajectories: ${yield* Chart.save("neuralOde", picture)}`)
})

NodeRuntime.runMain(program.pipe(Effect.provide([CpuWasm.layer, NodeServices.layer])))
