/**
 * Cumulative primitives: running sums, products and extremes along an axis.
 */
import * as node from "../internal/graph/node.ts"
import { running } from "../internal/program/costs.ts"
import { axis, flag, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { associativeScan } from "./associativeScan.ts"
import { anyDType, type DTypes, numeric } from "./dtypeSets.ts"
import { add, eq, gt, lt, max, min, mul, select } from "./elementwise.ts"
import type { CumulativeParams } from "./params.ts"
import { checkAxes, checkDType } from "./rule.ts"

/** An array builder with its primitive. @category models @since 0.1.0 */
export interface Cumulative {
  (x: NdArray.Any, axis?: number, reverse?: boolean): NdArray.Any
  readonly primitive: Primitive<CumulativeParams>
}

/** The combination of two neighbours, each a value with its tangent. */
interface Dual {
  readonly value: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any
  readonly tangent: (x: NdArray.Any, y: NdArray.Any, dx: NdArray.Any, dy: NdArray.Any) => NdArray.Any
}

const cumulative = (name: string, rule: {
  readonly dtypes: DTypes
  /** Absent: the primitive is linear. */
  readonly dual?: Dual
}): Cumulative => {
  const { dual } = rule
  const apply = (x: NdArray.Any, axis = 0, reverse = false): NdArray.Any =>
    node.bindOne(primitive, [x], { axis, reverse })
  const primitive: Primitive<CumulativeParams> = {
    name,
    schema: schema(1, { axis, reverse: flag }),
    cost: { flops: (context, { axis }) => running(context, axis) },
    abstract([x], { axis }) {
      checkDType(name, "operand", x!.dtype, rule.dtypes)
      checkAxes(name, "axis", [axis], x!)
      return [x!]
    },
    jvp({ params: { axis, reverse }, primals: [x], tangents: [tangent] }) {
      if (dual === undefined) return [apply(tangent!, axis, reverse)]
      const combine = ([x, dx]: ReadonlyArray<NdArray.Any>, [y, dy]: ReadonlyArray<NdArray.Any>) => [
        dual.value(x!, y!),
        dual.tangent(x!, y!, dx!, dy!)
      ]
      return [associativeScan(combine, [x!, tangent!], axis, reverse)[1]]
    },
    ...(dual === undefined
      ? {
        linear: {
          form: { product: [0] },
          transpose: ({ cotangents: [ct], params: { axis, reverse } }) => [apply(ct!, axis, !reverse)]
        }
      }
      : {}),
    batch: ({ inputs, params: { axis, reverse } }) => ({
      outputs: node.bind(primitive, inputs, { axis: axis + 1, reverse }),
      batched: [true]
    })
  }
  return Object.assign(apply, { primitive })
}

/**
 * The tangent of the selected operand. Equal operands give the mean of their tangents, and NaN selects neither, as in
 * `max`.
 */
const winner = (wins: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any): Dual["tangent"] => (x, y, dx, dy) =>
  select(eq(x, y), mul(add(dx, dy), 0.5), select(wins(x, y), dx, select(wins(y, x), dy, 0)))

/** Running sums along an axis, the first by default. @category running @since 0.1.0 */
export const cumsum = cumulative("cumsum", { dtypes: numeric })
/** Running products along an axis. @category running @since 0.1.0 */
export const cumprod = cumulative("cumprod", {
  dtypes: numeric,
  // Without a division, so that it is right at zeros too
  dual: { value: (x, y) => mul(x, y), tangent: (x, y, dx, dy) => add(mul(dx, y), mul(x, dy)) }
})
/** Running maxima along an axis. @category running @since 0.1.0 */
export const cummax = cumulative("cummax", {
  dtypes: anyDType,
  dual: { value: (x, y) => max(x, y), tangent: winner((x, y) => gt(x, y)) }
})
/** Running minima along an axis. @category running @since 0.1.0 */
export const cummin = cumulative("cummin", {
  dtypes: anyDType,
  dual: { value: (x, y) => min(x, y), tangent: winner((x, y) => lt(x, y)) }
})
