/**
 * Equations of Programs, by the primitive that they apply.
 */
import type { ParamsOf, PrimitiveName } from "effax/Primitives"
import type { Equation } from "effax/Program"

/** An equation of a primitive, with that primitive's parameters. */
export type EquationOf<N extends PrimitiveName> = Equation & { readonly params: ParamsOf<N> }

/** Whether it is an equation of a primitive. Programs are verified, and so its parameters are the primitive's. */
export const isEquationOf = <N extends PrimitiveName>(equation: Equation, name: N): equation is EquationOf<N> =>
  equation.primitive.name === name
