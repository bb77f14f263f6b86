/**
 * The playground: a network is trained, tested and tried out in the page. `npm run playground`
 */
import { CpuWasm } from "@effax/wasm"
import { WebGpu } from "@effax/webgpu"
import { Profile } from "effax"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { models } from "../mnist/model.ts"
import { load, pixels } from "./digits.ts"
import { drawable, normalized } from "./drawing.ts"
import { type Checkpoint, type Command, type Events, run } from "./engine.ts"
import * as LossChart from "./lossChart.ts"
import { watch } from "./pauses.ts"
import * as pictures from "./pictures.ts"
import * as timeline from "./timeline.ts"

const names = { wasm: "CPU", webgpu: "GPU" }
type BackendName = keyof typeof names
type ModelName = keyof typeof models

/** The events of a step or two are enough: the oldest go. */
const profiled = Profile.layerWith({ limit: 4000 })
const layers = { wasm: Layer.provide(profiled, CpuWasm.layer), webgpu: Layer.provide(profiled, WebGpu.layer) }

const sampleCount = 30
const filterCount = 8

const byId = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E
const say = (text: string, tone: "calm" | "busy" | "bad" = "calm"): void => {
  byId("device").textContent = text
  byId("device").dataset["tone"] = tone
}
const tell = (id: string, text: string): void => {
  byId(id).textContent = text
}

// --- what is seen -------------------------------------------------------------------------------------------------

const chart = LossChart.make(byId("chart"))

const tiles = (id: string, count: number): ReadonlyArray<HTMLElement> => {
  const made = Array.from({ length: count }, () => {
    const figure = document.createElement("figure")
    figure.append(document.createElement("canvas"), document.createElement("figcaption"))
    return figure
  })
  byId(id).replaceChildren(...made)
  return made
}

const canvasOf = (tile: HTMLElement) => tile.querySelector("canvas")!
const captionOf = (tile: HTMLElement) => tile.querySelector("figcaption")!

const bars = Array.from({ length: 10 }, (_, digit) => {
  const item = document.createElement("li")
  item.innerHTML = `<b>${digit}</b><span><i></i></span><small></small>`
  return item
})
byId("bars").append(...bars)

const showProbabilities = (probabilities: ArrayLike<number> | undefined): void => {
  const best = probabilities === undefined
    ? -1
    : Array.from(probabilities).indexOf(Math.max(...Array.from(probabilities)))
  bars.forEach((bar, digit) => {
    const p = probabilities?.[digit] ?? 0
    bar.classList.toggle("best", digit === best)
    bar.querySelector("i")!.style.width = `${100 * p}%`
    bar.querySelector("small")!.textContent = probabilities === undefined ? "" : `${Math.round(100 * p)} %`
  })
}

const samples = tiles("samples", sampleCount)
const showAnswers = (answers: ArrayLike<number>, labels: ArrayLike<number>): void => {
  samples.forEach((tile, i) => {
    captionOf(tile).textContent = String(answers[i])
    tile.classList.toggle("wrong", answers[i] !== labels[i])
  })
  let wrong = 0
  for (let i = 0; i < labels.length; i++) if (answers[i] !== labels[i]) wrong++
  tell("mistakes", `${wrong} of ${labels.length} read wrongly`)
}

const filters = tiles("filters", filterCount)
/** Weights of the first layer: `[8, 1, 5, 5]` of the convolution, or columns of the dense layer's `[784, 256]`. */
const showWeights = (weights: Float32Array, model: ModelName): void => {
  filters.forEach((tile, k) => {
    pictures.weights(
      canvasOf(tile),
      model === "conv"
        ? weights.subarray(25 * k, 25 * (k + 1))
        : Float32Array.from({ length: pixels }, (_, i) => weights[i * (weights.length / pixels) + k]!)
    )
  })
}

// --- the work -----------------------------------------------------------------------------------------------------

interface Session {
  readonly backend: BackendName
  readonly model: ModelName
  readonly commands: Queue.Queue<Command>
  readonly ended: Promise<Exit.Exit<Checkpoint, { readonly message: string }>>
}

const digits = await load(500)
let session: Session | undefined
/** The backend that last worked, and why another did not. */
let working: BackendName = "wasm"
let complaint: string | undefined
let training = false
let seed = 0

const chosen = (name: string): string => document.querySelector<HTMLInputElement>(`input[name=${name}]:checked`)!.value

const enable = (enabled: boolean): void => {
  for (const control of document.querySelectorAll<HTMLInputElement>(".controls button, .controls input")) {
    control.disabled = !enabled
  }
}

const send = (command: Command): void => {
  if (session !== undefined) Queue.offerUnsafe(session.commands, command)
}

const setTraining = (on: boolean): void => {
  training = on
  byId("train").textContent = on ? "Pause" : "Train"
  document.body.classList.toggle("training", on)
  send({ _tag: "Train", on })
}

const canvas = byId<HTMLCanvasElement>("drawing")
const readDrawing = (): void => {
  const image = normalized(canvas)
  if (image === undefined) showProbabilities(undefined)
  send({ _tag: "Read", image })
}
const drawing = drawable(canvas, readDrawing)

const eventsOf = (backend: BackendName, model: ModelName): Events => ({
  onReady: ({ features, parallelism }) => {
    const threads = parallelism === 1 ? "one thread" : `${parallelism} threads`
    const what = backend === "wasm" ? [threads, ...features.filter((feature) => feature !== "threads")] : features
    working = backend
    if (complaint === undefined) say(`${names[backend]}: ${what.join(", ") || "ready"}`)
    else say(`${complaint}. It goes on on the ${names[backend]}.`, "bad")
    complaint = undefined
    enable(true)
  },
  onStep: ({ loss, step, stepsPerSecond }) => {
    chart.addLoss(step, loss)
    tell("step", step.toLocaleString("en"))
    tell("loss", loss.toFixed(3))
    tell("speed", stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0))
  },
  onTest: ({ accuracy, answers, step, weights }) => {
    chart.addAccuracy(step, accuracy)
    tell("accuracy", `${(100 * accuracy).toFixed(1)} %`)
    showAnswers(answers, digits.test.labels)
    showWeights(weights, model)
  },
  onRead: (probabilities) => {
    if (normalized(canvas) !== undefined) showProbabilities(probabilities)
  },
  onProfile: (events) =>
    tell(
      "profile",
      timeline.show({ rows: byId("timeline"), legend: byId("kinds"), list: byId("kernels") }, events)
    )
})

/** Begins on the chosen backend. */
const begin = async (from: Checkpoint | undefined): Promise<void> => {
  const backend = chosen("backend") as BackendName
  const model = chosen("model") as ModelName
  say(`${names[backend]}: compiling`, "busy")
  const commands = Effect.runSync(Queue.unbounded<Command>())
  const ended = Effect.runPromiseExit(
    run({ model: models[model], ...digits, seed, from, commands, events: eventsOf(backend, model) }).pipe(
      Effect.provide(layers[backend])
    )
  )
  session = { backend, model, commands, ended }
  readDrawing()
  setTraining(training)
  const exit = await ended
  if (Exit.isSuccess(exit)) return
  session = undefined
  const error = Cause.squash(exit.cause)
  const message = error instanceof Error ? error.message : String(error)
  if (backend === working) {
    setTraining(false)
    enable(true)
    return say(message, "bad")
  }
  complaint = message
  document.querySelector<HTMLInputElement>(`input[value=${working}]`)!.checked = true
  await begin(from)
}

/** Ends the session; gives what it had learned. */
const leave = async (): Promise<Checkpoint | undefined> => {
  enable(false)
  send({ _tag: "Leave" })
  const exit = await session?.ended
  return exit !== undefined && Exit.isSuccess(exit) ? exit.value : undefined
}

const startOver = async (): Promise<void> => {
  await leave()
  seed++
  chart.clear()
  for (const id of ["loss", "accuracy", "speed"]) tell(id, "–")
  tell("step", "0")
  await begin(undefined)
}

byId("train").addEventListener("click", () => setTraining(!training))
byId("again").addEventListener("click", () => void startOver())
byId("clear").addEventListener("click", () => drawing.clear())
byId("model").addEventListener("change", () => void startOver())
// the same network goes on where it was
byId("backend").addEventListener("change", () => void leave().then(begin))

watch((pause) => tell("pause", pause === 0 ? "none" : `${pause.toFixed(0)} ms`))
showProbabilities(undefined)
samples.forEach((tile, i) => pictures.digit(canvasOf(tile), digits.test.images.subarray(i * pixels, (i + 1) * pixels)))
await begin(undefined)
