/**
 * Elementwise primitives that are made of others: each is one function, written once for every device that a Plan runs on.
 * Half-precision operands are computed in float32.
 */
import type { Aval } from "effax/Aval"
import * as DType from "effax/DType"
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import type { PrimitiveName } from "effax/Primitives"
import type { Program } from "effax/Program"
import { makeProgram, ShapeDType } from "effax/Transform"

import { incompleteBeta } from "./composites/incompleteBeta.ts"
import { igamma, igammac, igammaGradA, randomGammaGrad } from "./composites/incompleteGamma.ts"
import { polygamma, zeta } from "./composites/zeta.ts"

/** What a primitive is of operands of one dtype, float32 or float64, and one shape. */
export type Composite = (...operands: ReadonlyArray<NdArray.Any>) => NdArray.Any

const two = (f: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any): Composite => (x, y) => f(x!, y!)

const composites = {
  igamma: two(igamma),
  igammac: two(igammac),
  igamma_grad_a: two(igammaGradA),
  random_gamma_grad: two(randomGammaGrad),
  regularized_incomplete_beta: (a, b, x) => incompleteBeta(a!, b!, x!),
  zeta: two(zeta),
  polygamma: two(polygamma)
} as const satisfies { readonly [N in PrimitiveName]?: Composite }

/** The name of a primitive that is made of others. */
export type CompositeName = keyof typeof composites

/** More equations than any of them has. */
export const largestComposite = 512

export const isComposite = (name: string): name is CompositeName => Object.hasOwn(composites, name)

/** Scalars stand beside arrays; here all operands have one shape. */
const onWhole = (f: Composite): Composite => (...operands) => {
  const { dtype } = operands[0]!
  const shape = operands.find((x) => x.shape.length > 0)?.shape ?? []
  const lane = DType.itemSize(dtype) === 2 ? "float32" : dtype
  const whole = operands.map((x) =>
    Lax.convertElementType(x.shape.length === shape.length ? x : Lax.broadcast(x, shape), lane)
  )
  return Lax.convertElementType(f(...whole), dtype)
}

/** The Program of a primitive that is made of others, for operands of types. */
export const compositeOf = (name: string, types: ReadonlyArray<Aval>): Program | undefined =>
  isComposite(name)
    ? makeProgram(onWhole(composites[name]))(...types.map(({ dtype, shape }) => new ShapeDType(shape, dtype)))
    : undefined
