/**
 * An LSTM learns this project's licence by heart, and recites it.
 *
 * `npm run example -- lstm`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { NdArray, Random } from "effax"
import { Clock, Console, Effect, FileSystem } from "effect"
import * as Chart from "../chart.ts"
import * as Lstm from "./model.ts"
import { decode, encode, train } from "./train.ts"

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const text = encode(yield* fs.readFileString(new URL("../../LICENSE", import.meta.url).pathname))
  yield* Console.log(`${text.codes.length} characters, ${text.characters.length} different ones`)

  const losses: Array<number> = []
  const start = yield* Clock.currentTimeMillis
  const parameters = yield* train(text, {
    hidden: 128,
    steps: 400,
    batchSize: 16,
    length: 48,
    learningRate: 0.01,
    key: Random.key(0),
    onStep: (step, loss) => {
      losses.push(loss)
      return step % 50 === 0
        ? Console.log(`  step ${step}: ${(loss / Math.LN2).toFixed(3)} bits per character`)
        : Effect.void
    }
  })
  const seconds = ((yield* Clock.currentTimeMillis) - start) / 1000
  yield* Console.log(`trained in ${seconds.toFixed(1)} s; it goes on after "Permission is":\n`)

  const first = text.codes.slice(decode(text, text.codes).indexOf("Permission is")).slice(0, 13)
  const written = Lstm.write(parameters, NdArray.fromTypedArray(first), 300, 0.3, Random.key(1))
  yield* Console.log(`Permission is${decode(text, (yield* NdArray.toTypedArray(written)) as Int32Array)}\n`)

  const picture = Chart.svg({
    ...Chart.frame("an LSTM learns the MIT licence"),
    xAxis: Chart.axis("step"),
    yAxis: Chart.axis("bits per character"),
    series: [{ type: "line", showSymbol: false, data: losses.map((loss, i) => [i, loss / Math.LN2]) }]
  })
  yield* Console.log(`loss: ${yield* Chart.save("lstm", picture)}`)
})

NodeRuntime.runMain(program.pipe(Effect.provide([CpuWasm.layer, NodeServices.layer])))
