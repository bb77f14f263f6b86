/**
 * Negation, subtraction and multiplication, which the rules of most other primitives are written with.
 */
import { arithmetic } from "../internal/program/costs.ts"
import { binary, unary } from "./define.ts"
import { numeric } from "./dtypeSets.ts"

/** `-x`. @category elementwise @since 0.1.0 */
export const neg = unary("neg")({ dtypes: numeric, cost: arithmetic, keepsZero: true, transpose: (ct) => neg(ct) })

/** `x - y`. @category elementwise @since 0.1.0 */
export const sub = binary("sub")({
  cost: arithmetic,
  dtypes: numeric,
  jvp: [({ tangent }) => tangent, ({ tangent }) => neg(tangent)],
  linear: { form: { sum: () => true }, transpose: [(ct) => ct, (ct) => neg(ct)] }
})

/** `x * y`. @category elementwise @since 0.1.0 */
export const mul = binary("mul")({
  cost: arithmetic,
  dtypes: numeric,
  jvp: [({ tangent, y }) => mul(tangent, y), ({ tangent, x }) => mul(x, tangent)],
  linear: { form: { product: [0, 1] }, transpose: [(ct, y) => mul(ct, y), (ct, x) => mul(x, ct)] }
})
