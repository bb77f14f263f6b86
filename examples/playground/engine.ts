/**
 * The network at work on one backend: a single fiber that trains, tests and reads drawings in turn, and lets the page
 * breathe in between.
 */
import { Backend, jit, NdArray, Nn, Numpy as np, Profile, Random, Tree, valueAndGrad } from "effax"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Adam from "../adam.ts"
import { crossEntropy, type Model, type Parameters } from "../mnist/model.ts"
import { type Digits, shuffled } from "./digits.ts"

/** What the page asks for. */
export type Command =
  | { readonly _tag: "Train"; readonly on: boolean }
  /** `undefined` for an empty canvas. */
  | { readonly _tag: "Read"; readonly image: Float32Array<ArrayBuffer> | undefined }
  | { readonly _tag: "Leave" }

/** What the page hears. */
export interface Events {
  readonly onReady: (backend: { readonly parallelism: number; readonly features: ReadonlyArray<string> }) => void
  readonly onStep: (at: { readonly step: number; readonly loss: number; readonly stepsPerSecond: number }) => void
  readonly onTest: (result: {
    readonly step: number
    readonly accuracy: number
    readonly answers: Int32Array
    readonly weights: Float32Array
  }) => void
  readonly onRead: (probabilities: Float32Array) => void
  /** Everything that the backend did for one step. */
  readonly onProfile: (events: ReadonlyArray<Profile.Event>) => void
}

interface State {
  readonly parameters: Parameters
  readonly optimizer: Adam.AdamState<Parameters>
}

/** A training that can go on elsewhere: its arrays are the host's. */
export interface Checkpoint {
  readonly step: number
  readonly state: State
}

export interface Options {
  readonly model: Model
  readonly training: Digits
  readonly test: Digits
  readonly seed: number
  readonly from: Checkpoint | undefined
  readonly commands: Queue.Queue<Command>
  readonly events: Events
}

const batchSize = 64
const learningRate = 1e-3
/** Milliseconds between two readings of the loss, each of which waits for the device. */
const readingInterval = 50
/** Testing takes this part of the time at most. */
const testingShare = 0.1

/** A turn of the event loop: events are handled and the page is painted. */
const breathe = Effect.promise(() =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
)

const resident = (digits: Digits) =>
  NdArray.evaluate({
    images: NdArray.fromTypedArray(digits.images, [digits.count, 28, 28]),
    labels: NdArray.fromTypedArray(digits.labels, [digits.count])
  })

const checkpoint = Effect.fnUntraced(function*(step: number, state: State) {
  const { leaves, structure } = Tree.flatten(state)
  const copies = yield* Effect.forEach(
    leaves as ReadonlyArray<NdArray.Any>,
    (leaf) => Effect.map(NdArray.toTypedArray(leaf), (data) => NdArray.fromTypedArray(data, leaf.shape))
  )
  return { step, state: Tree.unflatten(structure, copies) as State }
})

const functions = (model: Model) => ({
  step: jit(
    function trainStep(
      state: State,
      images: NdArray.Any,
      labels: NdArray.Any,
      order: NdArray.Any,
      at: NdArray.Any
    ) {
      const batch = np.take(order, at, { axis: 0, mode: "clip" })
      const pick = (from: NdArray.Any) => np.take(from, batch, { axis: 0, mode: "clip" })
      const [loss, gradients] = valueAndGrad((parameters: Parameters) =>
        crossEntropy(model.predict(parameters, pick(images)), pick(labels))
      )(state.parameters)
      const [parameters, optimizer] = Adam.update({ learningRate }, state.parameters, gradients, state.optimizer)
      return { state: { parameters, optimizer }, loss }
    },
    { donateArgnums: 0 }
  ),
  classify: jit(function classify(parameters: Parameters, images: NdArray.Any) {
    return np.argmax(model.predict(parameters, images), { axis: -1 })
  }),
  read: jit(function read(parameters: Parameters, images: NdArray.Any) {
    return Nn.softmax(model.predict(parameters, images))
  })
})

/** Works until it is told to leave, and says where it was. */
export const run = Effect.fnUntraced(function*(options: Options) {
  const { commands, events, model } = options
  const { classify, read, step } = functions(model)
  const training = yield* resident(options.training)
  const test = yield* resident(options.test)
  const perEpoch = Math.floor(options.training.count / batchSize)

  const fresh = Effect.suspend(() => {
    const parameters = model.initialize(Random.key(options.seed))
    return NdArray.evaluate({ parameters, optimizer: Adam.initialize(parameters) })
  })
  let state: State = options.from === undefined ? yield* fresh : yield* NdArray.evaluate(options.from.state)
  let steps = options.from?.step ?? 0

  const orderOf = (epoch: number) => {
    const order = shuffled(options.training.count, options.seed * 1000 + epoch).slice(0, perEpoch * batchSize)
    return NdArray.evaluate(NdArray.fromTypedArray(order, [perEpoch, batchSize]))
  }
  let epoch = Math.floor(steps / perEpoch)
  let order = yield* orderOf(epoch)

  /** One step, whose loss is still on the device. */
  const advance = Effect.gen(function*() {
    if (Math.floor(steps / perEpoch) !== epoch) {
      epoch = Math.floor(steps / perEpoch)
      yield* NdArray.dispose(order)
      order = yield* orderOf(epoch)
    }
    const at = np.array(steps % perEpoch, { dtype: "int32" })
    const next = yield* NdArray.evaluate(step(state, training.images, training.labels, order, at))
    state = next.state
    steps++
    return next.loss
  })

  /** Steps until the loss is read: as many as take about the interval. */
  let pace = 1
  const advanceAndRead = Effect.gen(function*() {
    const start = performance.now()
    let breath = start
    for (let i = 1; i < pace; i++) {
      yield* NdArray.dispose(yield* advance)
      if (performance.now() - breath > 8) {
        yield* breathe
        breath = performance.now()
      }
    }
    const loss = yield* advance
    const value = yield* NdArray.toNumber(loss)
    yield* NdArray.dispose(loss)
    const took = performance.now() - start
    events.onStep({ step: steps, loss: value, stepsPerSecond: 1000 * pace / took })
    pace = Math.max(1, Math.min(2 * pace, Math.round(pace * readingInterval / took)))
  })

  const profileStep = Effect.gen(function*() {
    yield* Profile.clear
    const loss = yield* advance
    yield* NdArray.toNumber(loss)
    yield* NdArray.dispose(loss)
    events.onProfile(yield* Profile.events)
  })

  let nextTest: number | undefined
  const testNow = Effect.gen(function*() {
    const start = performance.now()
    const answers = (yield* NdArray.scoped(
      NdArray.toTypedArray(classify(state.parameters, test.images))
    )) as Int32Array
    const first = Object.values(state.parameters)[0]!.weight
    const weights = yield* NdArray.toTypedArray(first)
    const right = answers.reduce((n, answer, i) => answer === options.test.labels[i] ? n + 1 : n, 0)
    events.onTest({
      step: steps,
      accuracy: right / options.test.count,
      answers,
      weights: weights as Float32Array
    })
    const now = performance.now()
    // the first one compiles, which says nothing of the next
    nextTest = now + (nextTest === undefined ? 1000 : Math.max(1000, (now - start) / testingShare))
  })

  const readDrawing = (image: Float32Array<ArrayBuffer>) =>
    NdArray.scoped(NdArray.toTypedArray(read(state.parameters, NdArray.fromTypedArray(image, [1, 28, 28]))))

  const { capabilities: { features, parallelism } } = yield* Backend.Backend
  events.onReady({ parallelism, features })
  yield* testNow
  let drawing: Float32Array<ArrayBuffer> | undefined
  for (let on = false;;) {
    const received: ReadonlyArray<Command> = on ? yield* Queue.clear(commands) : yield* Queue.takeAll(commands)
    // a drawing is read when it changes, and again when the network has
    let unread = false
    for (const command of received) {
      if (command._tag === "Leave") return yield* checkpoint(steps, state)
      if (command._tag === "Train") on = command.on
      else {
        drawing = command.image
        unread = true
      }
    }
    if (on) {
      yield* advanceAndRead
      if (performance.now() > nextTest!) {
        yield* profileStep
        yield* testNow
        unread = true
      }
    }
    if (unread && drawing !== undefined) events.onRead((yield* readDrawing(drawing)) as Float32Array)
    yield* breathe
  }
})
