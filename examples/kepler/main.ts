/**
 * Orbits by Newton's method, and how they change with their eccentricity by implicit differentiation.
 *
 * `npm run example -- kepler`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { grad, jit, NdArray, Numpy as np, vmap } from "effax"
import { Console, Effect } from "effect"
import * as Chart from "../chart.ts"
import { eccentricAnomaly, positions } from "./kepler.ts"

const program = Effect.gen(function*() {
  const means = np.linspace(0, 2 * Math.PI, 73)
  const sensitivity = jit(vmap(grad(eccentricAnomaly, { argnums: 1 }), { inAxes: [0, null] }))
  const orbits = yield* Effect.forEach([0, 0.3, 0.6, 0.9], (eccentricity) =>
    Effect.gen(function*() {
      const orbit = yield* NdArray.toNested(jit(positions)(means, eccentricity))
      const slopes = yield* NdArray.toTypedArray(sensitivity(means, eccentricity))
      const most = Math.max(...(slopes as Float32Array))
      yield* Console.log(`  e = ${eccentricity}: dE/de is at most ${most.toFixed(3)}`)
      return {
        name: `e = ${eccentricity}`,
        type: "scatter" as const,
        symbolSize: 5,
        data: orbit as Array<Array<number>>
      }
    }))
  const picture = Chart.svg({
    ...Chart.frame("a year in 72 equal parts, on four orbits around the sun at (0, 0)"),
    xAxis: Chart.axis("x"),
    yAxis: Chart.axis("y"),
    series: orbits
  }, { width: 760, height: 600 })
  yield* Console.log(`orbits: ${yield* Chart.save("kepler", picture)}`)
})

NodeRuntime.runMain(program.pipe(Effect.provide([CpuWasm.layer, NodeServices.layer])))
