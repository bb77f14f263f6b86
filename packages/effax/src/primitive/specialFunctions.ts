/**
 * Incomplete gamma and beta functions, zeta and polygamma: elementwise primitives without an instruction of their own.
 * Compilers make them of other primitives.
 */
import { ArgumentError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { outputElements } from "../internal/program/costs.ts"
import { schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Cost, Params, Primitive } from "../Primitive.ts"
import { binary, broadcastTo, elementwise, lift, type Operand } from "./define.ts"
import { floating } from "./dtypeSets.ts"
import { add, digamma, exp, lgamma, log, log1p, mul, neg, sub } from "./elementwise.ts"

/** As if every element took about thirty steps of ten operations. */
const iterative: Cost<unknown> = { flops: (context) => 300 * outputElements(context) }

/** The rule of an operand whose derivative has no closed form. */
const unsupported = (operation: string, operand: string) => (): never => {
  throw new ArgumentError({
    operation,
    message: `${operation}: the derivative with respect to ${operand} is not supported, as in JAX; ` +
      `use \`Lax.stopGradient\` on it where it is a constant`
  })
}

/** The density of the gamma distribution: the derivative of `igamma(a, x)` by x. */
const gammaDensity = (a: NdArray.Any, x: NdArray.Any): NdArray.Any =>
  exp(sub(sub(mul(sub(a, 1), log(x)), x), lgamma(a)))

/** The regularized lower incomplete gamma function `P(a, x)`. @category elementwise @since 0.1.0 */
export const igamma = binary("igamma")({
  cost: iterative,
  dtypes: floating,
  jvp: [
    ({ tangent, x: a, y: x }) => mul(tangent, igammaGradA(a, x)),
    ({ tangent, x: a, y: x }) => mul(tangent, gammaDensity(a, x))
  ]
})

/** The regularized upper incomplete gamma function `Q(a, x)`. @category elementwise @since 0.1.0 */
export const igammac = binary("igammac")({
  cost: iterative,
  dtypes: floating,
  jvp: [
    ({ tangent, x: a, y: x }) => neg(mul(tangent, igammaGradA(a, x))),
    ({ tangent, x: a, y: x }) => neg(mul(tangent, gammaDensity(a, x)))
  ]
})

/** The derivative of {@link igamma} by its first operand. @category elementwise @since 0.1.0 */
export const igammaGradA = binary("igamma_grad_a")({
  cost: iterative,
  dtypes: floating,
  jvp: [
    unsupported("igammaGradA", "a"),
    // d/dx dP/da = d/da of the density
    ({ tangent, x: a, y: x }) => mul(tangent, mul(gammaDensity(a, x), sub(log(x), digamma(a))))
  ]
})

/** The derivative of a sample x of the gamma distribution by its shape a. @category elementwise @since 0.1.0 */
export const randomGammaGrad = binary("random_gamma_grad")({
  cost: iterative,
  dtypes: floating,
  jvp: [unsupported("randomGammaGrad", "a"), unsupported("randomGammaGrad", "sample")]
})

/** The Hurwitz zeta function: the sum of `(q + k)^-x` over k from 0 on. @category elementwise @since 0.1.0 */
export const zeta = binary("zeta")({
  cost: iterative,
  dtypes: floating,
  jvp: [
    unsupported("zeta", "x"),
    ({ tangent, x, y: q }) => neg(mul(tangent, mul(x, zeta(add(x, 1), q))))
  ]
})

/** The m-th derivative of digamma. @category elementwise @since 0.1.0 */
export const polygamma = binary("polygamma")({
  cost: iterative,
  dtypes: floating,
  jvp: [unsupported("polygamma", "m"), ({ tangent, x: m, y: x }) => mul(tangent, polygamma(add(m, 1), x))]
})

const betaincPrimitive = elementwise<Params>({
  name: "regularized_incomplete_beta",
  schema: schema(3),
  cost: iterative,
  dtypes: floating,
  jvp: ({ outputs, primals: [a, b, x], tangents: [da, db, dx] }) => {
    if (da !== undefined) return unsupported("betainc", "a")()
    if (db !== undefined) return unsupported("betainc", "b")()
    const lbeta = sub(add(lgamma(a!), lgamma(b!)), lgamma(add(a!, b!)))
    const logarithm = sub(add(mul(sub(b!, 1), log1p(neg(x!))), mul(sub(a!, 1), log(x!))), lbeta)
    return broadcastTo(mul(dx!, exp(logarithm)), outputs[0]!.shape)
  }
})
/** The regularized incomplete beta function `I_x(a, b)`. @category elementwise @since 0.1.0 */
export const betainc = Object.assign(
  (a: Operand, b: Operand, x: Operand): NdArray.Any => node.bindOne(betaincPrimitive, lift("betainc", [a, b, x]), {}),
  { primitive: betaincPrimitive as Primitive & { readonly name: "regularized_incomplete_beta" } }
)
