/**
 * Divisions into tiles that were measured rather than chosen by shape, kept from run to run.
 *
 * Shapes are tuned by class: extents are rounded to powers of two, so that few measurements serve many shapes. What was
 * measured on one adapter says nothing of another, so its name is part of the key. Another division changes results only by
 * the number of parts of long sums, by rounding.
 */
import type { Contract, Kernel, Plan } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import { accumulatedDtype } from "../wgsl/accumulator.ts"
import { type DeviceTraits, pointsOf } from "../wgsl/kernel.ts"
import { generate, type Generated } from "../wgsl/module.ts"
import { type ProductShape, tileCandidates, type TileChoice } from "../wgsl/tileChoice.ts"

/** Runs what was generated on memory of its own, and gives the nanoseconds that it took: the least of several times. */
export type Measure<E> = (generated: Generated) => Effect.Effect<number, E>

export interface Tuner<E> {
  /** Measures for the products of a Plan whose classes have no division yet. */
  readonly prepare: (plan: Plan) => Effect.Effect<void, E>
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

const shapeOf = ({ batch, dtype, k, m, n }: Contract): ProductShape => ({
  batch,
  m,
  n,
  k,
  dtype: accumulatedDtype(dtype)
})

/** Contractions of a Plan, those in the Plans that its kernels run included. */
const contractionsOf = ({ kernels }: Plan): ReadonlyArray<Contract> =>
  kernels.flatMap((kernel: Kernel) =>
    kernel.kind === "contract"
      ? [kernel]
      : kernel.kind === "repeat"
      ? contractionsOf(kernel.body)
      : kernel.kind === "branch"
      ? kernel.branches.flatMap(contractionsOf)
      : []
  )

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

const isWorthIt = ({ batch, k, m, n }: ProductShape): boolean => pointsOf(batch) * m * n * k >= leastWork

const isTunable = (dtype: DType): boolean => dtype === "float32" || dtype === "int32" || dtype === "uint32"

/**
 * A tuner for an adapter. What it finds is kept in the `KeyValueStore` in context; where that fails, it is measured again.
 */
export const make = <E>(options: {
  readonly adapter: string
  readonly traits: DeviceTraits
  readonly measure: Measure<E>
}): Effect.Effect<Tuner<E>, never, KeyValueStore.KeyValueStore> =>
  Effect.map(KeyValueStore.KeyValueStore, (store) => {
    const { adapter, measure, traits } = options
    const kept = KeyValueStore.toSchemaStore(KeyValueStore.prefix(store, `effax/webgpu/tiles/${adapter}/`), Choice)
    const found = new Map<string, TileChoice>()

    const search = Effect.fnUntraced(function*(shape: ProductShape) {
      const plan = planOf(shape)
      let best: { readonly tile: TileChoice; readonly time: number } | undefined
      for (const tile of tileCandidates(traits, shape)) {
        const time = yield* measure(generate(plan, { ...traits, tile: () => tile }))
        if (best === undefined || time < best.time) best = { tile, time }
      }
      return best!.tile
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
      found.set(name, tile)
      yield* Effect.ignore(kept.set(name, tile))
    })

    return {
      prepare: (plan) =>
        Effect.forEach(
          contractionsOf(plan).map(shapeOf).filter((shape) => isWorthIt(shape) && isTunable(shape.dtype)),
          (shape) => prepareClass(classOf(shape)),
          { discard: true }
        ),
      tile: (product) => found.get(nameOf(classOf(product)))
    }
  })
