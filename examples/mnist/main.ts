/**
 * The main job: train a network on real handwritten digits, test it, and keep what it learned.
 *
 * `npm start`, or `npm start -- --backend reference --model mlp --epochs 1`
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { SingleBar } from "cli-progress"
import { Backend, NdArray, Random } from "effax"
import { Clock, Console, Effect, FileSystem, Path } from "effect"
import { Command, Flag } from "effect/cli"
import * as Checkpoint from "./checkpoint.ts"
import * as Data from "./data.ts"
import { models } from "./model.ts"
import * as Report from "./report.ts"
import { classify, train } from "./train.ts"

const backends = { wasm: CpuWasm.layer, reference: Reference.layer }

const flags = {
  backend: Flag.Literals("backend", ["wasm", "reference"]).pipe(
    Flag.withDescription("Where it runs"),
    Flag.withDefault("wasm" as const)
  ),
  model: Flag.Literals("model", ["conv", "mlp"]).pipe(
    Flag.withDescription("A convolutional network or a two-layer perceptron"),
    Flag.withDefault("conv" as const)
  ),
  epochs: Flag.Int("epochs").pipe(Flag.withDescription("Passes over the training images"), Flag.withDefault(10)),
  batchSize: Flag.Int("batch-size").pipe(Flag.withDescription("Images in a step"), Flag.withDefault(64)),
  learningRate: Flag.Finite("learning-rate").pipe(Flag.withDescription("Of Adam"), Flag.withDefault(0.001)),
  seed: Flag.Int("seed").pipe(Flag.withDescription("Of the split, the weights and the order"), Flag.withDefault(0)),
  output: Flag.String("output").pipe(Flag.withDescription("Folder for results"), Flag.withDefault("output/mnist"))
}

type Config = Command.Command.Config.Infer<typeof flags>

const progress = Effect.acquireRelease(
  Effect.sync(() => {
    const bar = new SingleBar({
      format: "  training {bar} {percentage}% | step {value}/{total} | loss {loss} | {speed} steps/s",
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 30,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 5000
    })
    return bar
  }),
  (bar) => Effect.sync(() => bar.stop())
)

const run = Effect.fnUntraced(function*(config: Config) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const backend = yield* Backend.Backend
  const model = models[config.model]
  const [splitKey, trainKey] = Random.keys(Random.key(config.seed), 2)

  const { test, training } = yield* Data.load(splitKey!, 1000)
  yield* Console.log(
    `  ${training.count} images to train on, ${test.count} to test with; model ${config.model}, backend ${backend.name} ` +
      `(${backend.capabilities.parallelism} threads: ${backend.capabilities.features.join(", ")})`
  )

  const losses: Array<readonly [number, number]> = []
  const start = yield* Clock.currentTimeMillis
  const parameters = yield* Effect.scoped(Effect.gen(function*() {
    const bar = yield* progress
    return yield* train(model, training, {
      ...config,
      key: trainKey!,
      onStep: ({ loss, step, steps }) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          if (losses.length === 0) bar.start(steps, 0, { loss: "-", speed: "-" })
          losses.push([step, loss])
          bar.update(step, { loss: loss.toFixed(4), speed: (1000 * step / (now - start)).toFixed(0) })
        })
    })
  }))
  const seconds = (yield* Clock.currentTimeMillis) - start

  const output = path.resolve(config.output)
  yield* fs.makeDirectory(output, { recursive: true })
  const checkpoint = path.join(output, `${config.model}.json`)
  const picture = path.join(output, `${config.model}-loss.svg`)
  yield* Checkpoint.save(checkpoint, parameters)
  yield* fs.writeFileString(
    picture,
    Report.lossCurve(losses, `Loss of the ${config.model} network on ${training.count} digits`)
  )

  // what is tested is what was saved
  const restored = yield* Checkpoint.load(checkpoint)
  const answers = yield* NdArray.toTypedArray(classify(model, restored, test.images))
  const labels = yield* NdArray.toTypedArray(test.labels)
  const evaluation = Report.evaluate(labels, answers)
  yield* Console.log(`\n${Report.confusionMatrix(evaluation)}\n`)
  yield* Console.log(
    `  test accuracy ${(100 * evaluation.accuracy).toFixed(2)}% after ${config.epochs} epochs in ${
      (seconds / 1000).toFixed(1)
    } s`
  )
  yield* Console.log(`  parameters in ${path.relative(".", checkpoint)}, loss curve in ${path.relative(".", picture)}`)
})

const command = Command.make("mnist", flags, (config) => run(config).pipe(Effect.provide(backends[config.backend])))
  .pipe(
    Command.withDescription("Trains and tests a network on real handwritten digits")
  )

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
