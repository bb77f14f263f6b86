/**
 * Reductions: a body at every point of a space, combined along some of its axes, and an epilogue for each result.
 */
import type { DType } from "effax/DType"
import { format as list, size } from "effax/Shape"
import { normalize, type Scalar } from "../scalar.ts"
import { checkBody } from "../verify/body.ts"
import { checkDimensions, checkEpilogue, loadedBuffers } from "../verify/checks.ts"
import {
  bytesOf,
  dtypesOf,
  loads,
  mapAccess,
  mapBody,
  operationsOf,
  plus,
  pointsIn,
  runStores,
  storedTo,
  times
} from "./bodies.ts"
import { type Combiner, identity } from "./combiners.ts"
import type { KernelSpec, Machine } from "./kernel.ts"
import type { Body, KernelCommon, Store, ValueId } from "./parts.ts"
import { bodyLines, dtypeText, storingLines } from "./text.ts"

/** How a reduction gets one value from many: a combiner, or the position of an extreme. @category models @since 0.1.0 */
export type Reducer = Combiner | "argmax" | "argmin"

/** One of the values that a reduction accumulates. @category models @since 0.1.0 */
export interface Accumulation {
  readonly combiner: Reducer
  /** A value of the reduction's body. For `argmax` and `argmin`, the value that is compared. */
  readonly value: ValueId
  /** The dtype to accumulate in. `float32` sums may hold partial sums wider; they must not lose more than 1e-6. */
  readonly dtype: DType
}

/**
 * For every point of `kept`: run the body over all points of `reduced`, combine, then run the epilogue once and store.
 * The body's space is `[...kept, ...reduced]`; the epilogue's and the stores' is `kept`, which may have no axes; `reduced`
 * has at least one. `argmax` gives the int32 coordinate on the one reduced axis, the first of equals, NaN above all.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reduce extends KernelCommon {
  readonly kind: "reduce"
  readonly kept: ReadonlyArray<number>
  readonly reduced: ReadonlyArray<number>
  readonly body: Body
  readonly accumulations: ReadonlyArray<Accumulation>
  readonly epilogue: Body
  readonly stores: ReadonlyArray<Store>
}

type ArgReducer = Exclude<Reducer, Combiner>

const isArg = (combiner: Reducer): combiner is ArgReducer => combiner === "argmax" || combiner === "argmin"

/** The first position of the extreme; NaN is above all, and below all. */
const extremeAt = (combiner: ArgReducer, values: ReadonlyArray<Scalar>): number => {
  let best = 0
  values.forEach((x, i) => {
    const y = values[best]!
    if (Number.isNaN(y)) return
    if (Number.isNaN(x) || (combiner === "argmax" ? x > y : x < y)) best = i
  })
  return best
}

const accumulate = (machine: Machine, { combiner, dtype }: Accumulation, values: ReadonlyArray<Scalar>): Scalar =>
  isArg(combiner)
    ? extremeAt(combiner, values)
    : combiner === "add"
    ? machine.sum(values, dtype)
    : values.reduce(
      (x, y) => machine.apply(combiner, x, y, dtype),
      normalize(identity[combiner](dtype), dtype)
    )

export const reduce: KernelSpec<Reduce> = {
  accesses: ({ body, epilogue, stores }) => ({
    reads: [...loads(body), ...loads(epilogue)],
    writes: storedTo(stores),
    updates: []
  }),
  fills: ({ kept, stores }) => stores.map(({ buffer }) => [buffer, size(kept)]),
  scratch: () => [],
  mapBuffers: (kernel, to) => ({
    ...kernel,
    body: mapBody(kernel.body, to),
    epilogue: mapBody(kernel.epilogue, to),
    stores: kernel.stores.map((store) => mapAccess(store, to))
  }),
  nested: () => [],
  callsHost: false,
  dtypes: ({ accumulations, body, epilogue }) => [
    ...dtypesOf(body),
    ...dtypesOf(epilogue),
    ...accumulations.map(({ dtype }) => dtype)
  ],
  verify: (kernel, plan, report) => {
    const { accumulations, body, kept, reduced, stores } = kernel
    checkDimensions("kept", kept, report)
    checkDimensions("reduced", reduced, report)
    checkBody(body, { buffers: plan.buffers, space: [...kept, ...reduced], results: [] }, report)
    const results = accumulations.map(({ combiner, dtype, value }): DType => {
      if (body[value]?.dtype !== dtype) report(`accumulates ${body[value]?.dtype} as ${dtype}`)
      if (isArg(combiner) && reduced.length !== 1) report(`${combiner} over ${reduced.length} axes`)
      return isArg(combiner) ? "int32" : dtype
    })
    checkEpilogue(kernel, kept, results, plan, report)
    const loaded = loadedBuffers(body)
    for (const { buffer } of stores) if (loaded.has(buffer)) report("stores to what its body loads")
  },
  extents: ({ kept, reduced }) => `${list(kept)} over ${list(reduced)}`,
  lines: ({ accumulations, body, epilogue, kept, reduced, stores }, names) => [
    `${list(kept)} over ${list(reduced)}`,
    ...bodyLines(body, names),
    ...accumulations.map((a, i) => `  result${i}:${dtypeText(a.dtype)} = ${a.combiner} %${a.value}`),
    ...storingLines(epilogue, stores, names)
  ],
  cost: ({ accumulations, body, epilogue, kept, reduced, stores }, plan) => {
    const results = size(kept)
    const points = results * size(reduced)
    return {
      ...plus(times(points, operationsOf(body), accumulations.length), times(results, operationsOf(epilogue))),
      bytesAccessed: bytesOf(plan, [...loads(body), ...loads(epilogue)], points) +
        bytesOf(plan, storedTo(stores), results)
    }
  },
  run: ({ accumulations, body, epilogue, kept, reduced, stores }, machine) => {
    for (const point of machine.anyOrder(kept)) {
      const rows = [...pointsIn(reduced)].map((along) => machine.body(body, [...point, ...along]))
      const results = accumulations.map((a) => accumulate(machine, a, rows.map((values) => values[a.value]!)))
      runStores(machine, epilogue, stores, point, results)
    }
  }
}
