/**
 * Divisions into tiles that were measured rather than chosen by shape, kept from run to run.
 *
 * Shapes are tuned by class: extents are rounded to powers of two, so that few measurements serve many shapes. What was
 * measured on one adapter says nothing of another, so its name is part of the key. Another division changes results only by
 * the number of parts of long sums, by rounding: the number is kept with the rest, and with it the bits of results.
 * Convolutions are measured as the products that they are made as.
 */
import type { Contract, Plan } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type { Gpu } from "../runtime/gpu.ts"
import { type DeviceTraits, pointsOf } from "../wgsl/kernel.ts"
import { generate } from "../wgsl/module.ts"
import type { ProductShape, TileChoice } from "../wgsl/tile.ts"
import { chooseTile, tileCandidates } from "../wgsl/tileChoice.ts"
import { type Measure, measureOn } from "./measure.ts"

export interface Tuner {
  /** Measures for the products of a Plan whose classes have no division yet. */
  readonly prepare: (plan: Plan) => Effect.Effect<void>
  /** What to generate a prepared Plan with, as {@link DeviceTraits.tile}. */
  readonly tile: (product: ProductShape) => TileChoice | undefined
}

const Choice = Schema.Struct({
  rows: Schema.Number,
  columns: Schema.Number,
  depth: Schema.Number,
  blocks: Schema.Tuple([Schema.Number, Schema.Number]),
  parts: Schema.Number
})

const isSame = (x: TileChoice, y: TileChoice): boolean =>
  x.rows === y.rows && x.columns === y.columns && x.depth === y.depth && x.parts === y.parts &&
  x.blocks[0] === y.blocks[0] && x.blocks[1] === y.blocks[1]

/** Products of fewer multiplications than this take no time worth measuring. */
const leastWork = 2 ** 18

const rounded = (extent: number): number => 2 ** Math.round(Math.log2(Math.max(1, extent)))

/** The shape that stands for all of its class. */
export const classOf = ({ batch, dtype, k, m, n }: ProductShape): ProductShape => ({
  batch: [rounded(pointsOf(batch))],
  m: rounded(m),
  n: rounded(n),
  k: rounded(k),
  dtype
})

const nameOf = ({ batch, dtype, k, m, n }: ProductShape): string => `${dtype}/${batch.join("x")}/${m}x${n}x${k}`

/** The products of a Plan that are made in tiles: those that the generator asks after. */
const productsOf = (plan: Plan, traits: DeviceTraits): ReadonlyArray<ProductShape> => {
  const products: Array<ProductShape> = []
  generate(plan, {
    ...traits,
    tile: (product) => {
      products.push(product)
      return undefined
    }
  })
  return products
}

/** A product of row-major matrices and nothing else. */
const planOf = ({ batch, dtype, k, m, n }: ProductShape): Plan => {
  const count = pointsOf(batch)
  const buffer = (elements: number, location: Plan["buffers"][number]["location"]) => ({ dtype, elements, location })
  const kernel: Contract = {
    kind: "contract",
    name: "tuning",
    barrier: false,
    batch,
    m,
    n,
    k,
    operandDtype: dtype,
    dtype,
    lhs: { buffer: 0, index: { offset: 0, strides: [m * k, k, 1] } },
    rhs: { buffer: 1, index: { offset: 0, strides: [k * n, n, 1] } },
    epilogue: [{ op: "result", dtype, which: 0 }],
    stores: [{ buffer: 2, index: { offset: 0, strides: [m * n, n, 1] }, value: 0 }]
  }
  return {
    buffers: [
      buffer(count * m * k, { _tag: "Input", index: 0 }),
      buffer(count * k * n, { _tag: "Input", index: 1 }),
      buffer(count * m * n, { _tag: "Output", index: 0 })
    ],
    kernels: [kernel],
    inputs: [0, 1],
    outputs: [2],
    arena: 0
  }
}

const dtypes: ReadonlySet<DType> = new Set<DType>(["float32", "int32", "uint32"])

/** Whether a class is measured. It doesn't depend on what was measured before, and neither do the results of Programs. */
const isTunable = ({ batch, dtype, k, m, n }: ProductShape): boolean =>
  dtypes.has(dtype) && pointsOf(batch) * m * n * k >= leastWork

/** A tuner for an adapter. What it finds is kept in a store; where that fails, it is measured again. */
export const make = (options: {
  readonly adapter: string
  readonly traits: DeviceTraits
  readonly measure: Measure
  readonly store: KeyValueStore.KeyValueStore
}): Tuner => {
  const { adapter, measure, store, traits } = options
  const kept = KeyValueStore.toSchemaStore(KeyValueStore.prefix(store, `effax/webgpu/tiles/${adapter}/`), Choice)
  const found = new Map<string, TileChoice>()
  // two measurements at once disturb each other, and might find two divisions for one class
  const alone = Semaphore.makeUnsafe(1)

  /** The fastest of the candidates that can be measured, if there is one. */
  const search = Effect.fnUntraced(function*(shape: ProductShape) {
    const plan = planOf(shape)
    let best: { readonly tile: TileChoice; readonly time: number } | undefined
    for (const tile of tileCandidates(traits, shape)) {
      const generated = generate(plan, { ...traits, tile: () => tile })
      const time = yield* Effect.orElseSucceed(measure(generated), () => Infinity)
      if (time < (best?.time ?? Infinity)) best = { tile, time }
    }
    return best?.tile
  })

  const prepareClass = Effect.fnUntraced(function*(shape: ProductShape) {
    const name = nameOf(shape)
    if (found.has(name)) return
    const before = Option.getOrUndefined(yield* Effect.orElseSucceed(kept.get(name), () => Option.none()))
    // what another version kept may be possible no more
    if (before !== undefined && tileCandidates(traits, shape).some((tile) => isSame(tile, before))) {
      found.set(name, before)
      return
    }
    const tile = yield* search(shape)
    found.set(name, tile ?? chooseTile(traits, shape))
    if (tile !== undefined) yield* Effect.ignore(kept.set(name, tile))
  })

  const classesOf = (plan: Plan): Effect.Effect<ReadonlyArray<ProductShape>> =>
    Effect.try({ try: () => productsOf(plan, traits).map(classOf).filter(isTunable), catch: () => undefined }).pipe(
      // what no code can be generated for is refused where code is wanted of it
      Effect.orElseSucceed(() => [])
    )

  return {
    prepare: (plan) =>
      Effect.flatMap(classesOf(plan), (classes) =>
        classes.every((shape) => found.has(nameOf(shape)))
          ? Effect.void
          : alone.withPermit(Effect.forEach(classes, prepareClass, { discard: true }))),
    tile: (product) => found.get(nameOf(classOf(product)))
  }
}

/** What makes a tuner for each device that is opened, with the `KeyValueStore` in context. */
export const tunerOf: Effect.Effect<(gpu: Gpu) => Tuner, never, KeyValueStore.KeyValueStore> = Effect.map(
  KeyValueStore.KeyValueStore,
  (store) => (gpu) =>
    make({ adapter: gpu.opened.description, traits: gpu.opened.traits, measure: measureOn(gpu), store })
)
