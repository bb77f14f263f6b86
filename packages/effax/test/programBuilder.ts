import type { DType } from "effax/DType"
import type { Params, Primitive } from "effax/Primitive"
import { type Atom, type Equation, Literal, Program, Var } from "effax/Program"

/** A Program written down by hand. */
export const build = (
  inputs: ReadonlyArray<readonly [dtype: DType, shape: ReadonlyArray<number>]>,
  body: (
    apply: (primitive: { readonly primitive: unknown }, operands: ReadonlyArray<Atom>, params?: Params) => Var,
    ...inputs: ReadonlyArray<Var>
  ) => ReadonlyArray<Atom>,
  captures = 0
): Program => {
  const variables = inputs.map(([dtype, shape]) => new Var({ dtype, shape, weak: false }))
  const equations: Array<Equation> = []
  const results = body(
    (of, operands, params = {}) => {
      const primitive = of.primitive as Primitive
      const outputs = primitive.abstract(operands.map((x) => x.aval), params).map((aval) => new Var(aval))
      equations.push({ primitive, params, inputs: operands, outputs })
      return outputs[0]!
    },
    ...variables
  )
  return new Program({
    captures: variables.slice(0, captures),
    parameters: variables.slice(captures),
    equations,
    results
  })
}

export const literal = (value: number | bigint | boolean, dtype: DType = "float32", weak = false): Literal =>
  new Literal(value, { dtype, shape: [], weak })
