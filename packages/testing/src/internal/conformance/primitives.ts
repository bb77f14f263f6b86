/**
 * Tests every primitive on small random and special values.
 */
import * as Aval from "effax/Aval"
import { Backend } from "effax/Backend"
import * as NdArray from "effax/NdArray"
import type { Primitive } from "effax/Primitive"
import { type PrimitiveName, primitives } from "effax/Primitives"
import { call, type Equation, Program, Var } from "effax/Program"
import * as Effect from "effect/Effect"
import { assertArray } from "../../AllClose.ts"
import { type Case, cases, dataOf } from "./readTable.ts"
import type { Suite } from "./suite.ts"

/** A Program with one equation. */
const programOf = ({ operands, params, primitive: name }: Case): Program => {
  const primitive = primitives[name as PrimitiveName] as Primitive
  const parameters = operands.map(({ dtype, shape }) => new Var(Aval.make(dtype, shape)))
  const outputs = primitive.abstract(parameters.map((v) => v.aval), params).map((aval) => new Var(aval))
  const equation: Equation = { primitive, params, inputs: parameters, outputs }
  return new Program({ parameters, equations: [equation], results: outputs })
}

/** The results of a case as arrays, computed by calling its Program. */
const apply = (of: Case): ReadonlyArray<NdArray.Any> =>
  call(
    programOf(of),
    of.operands.map((operand) => NdArray.fromTypedArray(dataOf(operand), operand.shape, operand.dtype))
  )

export const primitiveSuite: Suite = ({ options, test }) => {
  const table = cases()
  // these have their own suites, only run a nested Program, or do nothing; those of linear algebra have free signs and
  // orders, and the table of operations compares what these leave alone
  const elsewhere: ReadonlySet<string> = new Set([
    "jit",
    "check",
    "checkpoint",
    "cond",
    "custom_jvp_call",
    "custom_linear_solve",
    "custom_vjp_call",
    "debug_callback",
    "name",
    "optimization_barrier",
    "pure_callback",
    "scan",
    "stop_gradient",
    "unvmap_any",
    "while",
    "cholesky",
    "eig",
    "eigh",
    "geqrf",
    "hessenberg",
    "householder_product",
    "lu",
    "lu_pivots_to_permutation",
    "schur",
    "svd",
    "triangular_solve",
    "tridiagonal",
    "tridiagonal_solve"
  ])
  for (const name of Object.keys(primitives)) {
    if (elsewhere.has(name)) continue
    test(`primitive ${name}`, () =>
      Effect.gen(function*() {
        const { capabilities } = yield* Backend
        const supported = (table.get(name) ?? []).filter((of) =>
          [...of.operands, ...of.results].every(({ dtype }) => capabilities.dtypes.has(dtype))
        )
        if (supported.length === 0) throw new Error(`the table has no case of ${name} for the backend's dtypes`)
        for (const of of supported) {
          const outputs = apply(of)
          for (const [i, { dtype, shape, values }] of of.results.entries()) {
            yield* assertArray(outputs[i]!, values, {
              label: `${name} ${JSON.stringify(of.params)} ${of.operands.map(Aval.format).join(", ")}`,
              signedZero: of.operands.every((operand) => operand.shape.length < 2),
              expectDType: dtype,
              expectShape: shape,
              ...options.tolerances?.[dtype]
            })
          }
        }
      }))
  }
}
