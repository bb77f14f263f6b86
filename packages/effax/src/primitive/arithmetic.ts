/**
 * Negation, subtraction and multiplication, which the rules of most other primitives are written with.
 */
import { binary, unary } from "./define.ts"
import { numeric } from "./dtypeSets.ts"

/** `-x`. @category elementwise @since 0.1.0 */
export const neg = unary("neg", { dtypes: numeric, transpose: (ct) => neg(ct) })

/** `x - y`. @category elementwise @since 0.1.0 */
export const sub = binary("sub", {
  dtypes: numeric,
  jvp: [({ tangent }) => tangent, ({ tangent }) => neg(tangent)],
  transpose: [(ct) => ct, (ct) => neg(ct)]
})

/** `x * y`. @category elementwise @since 0.1.0 */
export const mul = binary("mul", {
  dtypes: numeric,
  jvp: [({ tangent, y }) => mul(tangent, y), ({ tangent, x }) => mul(x, tangent)],
  transpose: [(ct, y) => mul(ct, y), (ct, x) => mul(x, ct)]
})
