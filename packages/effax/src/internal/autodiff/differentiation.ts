/**
 * The common parts of differentiating transformations: traces of functions of trees, their linear parts, and checks of
 * arguments, tangents and cotangents.
 */
import * as aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { DTypeError, ShapeError, TreeError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { OrZero } from "../../Primitive.ts"
import { broadcastInDim } from "../../primitive/structural.ts"
import { varied } from "../../primitive/varying.ts"
import * as Tree from "../../Tree.ts"
import { avals, type Flat, flatten, pathOf } from "../arguments/arguments.ts"
import * as node from "../graph/node.ts"
import * as tracing from "../program/trace.ts"
import * as forward from "./forward.ts"

export type Fn<A extends ReadonlyArray<unknown>, B> = (...args: A) => B

/** Full zeros of an array's dtype and shape. */
export const zeros = (of: aval.Aval): NdArray.Any => {
  const zero = node.literal(of.dtype === "bool" ? false : 0, of.dtype, of.weak)
  return varied(of.shape.length === 0 ? zero : broadcastInDim(zero, of.shape, []), of.varying)
}

export const instantiate = (
  values: ReadonlyArray<OrZero>,
  like: ReadonlyArray<aval.Aval>
): ReadonlyArray<NdArray.Any> => values.map((value, i) => value ?? zeros(like[i]!))

export interface Traced {
  readonly closed: tracing.Closed
  readonly result: Tree.Structure
  /** Leaves of what the function returned beside its result. */
  readonly auxiliary: Tree.Structure | undefined
  readonly results: number
}

/** Traces a function of trees; with `hasAux` it returns a pair, whose second part is carried along. */
export const trace = (
  operation: string,
  f: Fn<ReadonlyArray<unknown>, unknown>,
  args: Flat,
  hasAux: boolean
): Traced => {
  let result: Flat | undefined
  let auxiliary: Flat | undefined
  const closed = tracing.trace(operation, avals(args.leaves), (parameters) => {
    const output = f(...Tree.unflatten(args.structure, parameters) as ReadonlyArray<unknown>)
    if (hasAux && !(Array.isArray(output) && output.length === 2)) {
      throw new TreeError({
        operation,
        message: `${operation}: with hasAux the function must return a pair [value, auxiliary]`
      })
    }
    const [value, aux] = hasAux ? output as ReadonlyArray<unknown> : [output, undefined]
    result = flatten(operation, "result", value)
    auxiliary = hasAux ? flatten(operation, "auxiliary result", aux) : undefined
    return [...result.leaves, ...auxiliary?.leaves ?? []]
  })
  return {
    closed,
    result: result!.structure,
    auxiliary: auxiliary?.structure,
    results: result!.leaves.length
  }
}

/** Tangents and cotangents must have the structure, shapes and dtypes of what they belong to. */
export const checkLike = (
  operation: string,
  what: string,
  given: unknown,
  flat: Flat,
  like: { readonly leaves: ReadonlyArray<aval.Aval>; readonly structure: Tree.Structure }
): void => {
  if (!Tree.structureEquals(flat.structure, like.structure)) {
    throw new TreeError({
      operation,
      message: `${operation}: ${what} must have the structure ${Tree.structureToString(like.structure)}, got ${
        Tree.structureToString(flat.structure)
      }`
    })
  }
  flat.leaves.forEach((leaf, i) => {
    const expected = like.leaves[i]!
    const where = () => `${what} ${pathOf(given, i)}`.trimEnd()
    if (!aval.sameShape(leaf.shape, expected.shape)) {
      throw new ShapeError({
        operation,
        message: `${operation}: ${where()} must have shape [${expected.shape.join(", ")}], got [${
          leaf.shape.join(", ")
        }]`
      })
    }
    if (leaf.dtype !== expected.dtype && !leaf.weak) {
      throw new DTypeError({
        operation,
        message: `${operation}: ${where()} must be ${expected.dtype}, got ${leaf.dtype}`
      })
    }
  })
}

export interface Linear {
  readonly traced: Traced
  readonly outputs: ReadonlyArray<node.Node>
  readonly tangents: ReadonlyArray<OrZero>
  readonly parameters: ReadonlyArray<node.Node>
}

/** The values of a traced function and the linear graph of its tangents over fresh parameters. */
export const linearizeAt = (
  operation: string,
  traced: Traced,
  leaves: ReadonlyArray<node.Node>,
  wanted: ReadonlyArray<boolean>
): Linear => {
  const scope: node.Scope = { transformation: operation }
  const dots = leaves.map((leaf, i) => wanted[i] ? node.parameter(leaf, scope) : undefined)
  const { captures, program } = traced.closed
  const dual = forward.jvp(program, [...captures, ...leaves], [...captures.map(() => undefined), ...dots], true)
  return { traced, outputs: dual.outputs, tangents: dual.tangents, parameters: dots.filter((d) => d !== undefined) }
}

/** Which arguments and results a transformation can do with. */
export interface Domain {
  /** The function has a complex derivative: its arguments and results must be complex. */
  readonly holomorphic?: boolean
  /** Integers and booleans may be differentiated with respect to: their derivative is 0. */
  readonly allowInt?: boolean
}

const located = (what: string, path: string): string => path === "" ? what : `${what} (${path})`

/**
 * Arguments that are differentiated are real floating-point arrays; complex ones have gradients too, but no Jacobian by
 * forward mode, which would need two columns for every one of them.
 */
export const checkDifferentiable = (
  operation: string,
  args: ReadonlyArray<unknown>,
  parts: ReadonlyArray<Flat>,
  positions: ReadonlyArray<number>,
  { allowInt = false, holomorphic = false }: Domain,
  mode: "forward" | "reverse"
): void =>
  parts.forEach((part, i) => {
    if (!positions.includes(i)) return
    part.leaves.forEach((leaf, k) => {
      const fail = (reason: string): never => {
        throw new DTypeError({
          operation,
          message: `${operation}: ${located(`argument ${i}`, pathOf(args[i], k))} is ${
            aval.format(leaf)
          }, but ${reason}`
        })
      }
      const complex = DType.isComplex(leaf.dtype)
      if (holomorphic) {
        if (!complex) {
          fail("holomorphic functions have complex arguments; convert it with `np.astype(x, \"complex64\")`")
        }
      } else if (complex) {
        if (mode === "forward") {
          fail(
            "forward mode takes real arguments; set `holomorphic: true` for a function that has a complex derivative, " +
              "or use `jvp`"
          )
        }
      } else if (!DType.isInexact(leaf.dtype) && !(allowInt && mode === "reverse")) {
        fail(
          "only floating-point arguments can be differentiated; convert it with `np.astype(x, \"float32\")`, " +
            (mode === "reverse"
              ? "leave it out of argnums, or set `allowInt: true` for derivatives of 0"
              : "or leave it out of argnums")
        )
      }
    })
  })

/**
 * Results that are differentiated are real floating-point arrays, or complex ones where it is said that they are. `wanted`
 * says what an operation wants of a kind: `a complex scalar`.
 */
export const checkResult = (
  operation: string,
  wanted: (kind: string) => string,
  result: aval.Aval,
  path: string,
  { holomorphic = false }: Domain,
  mode: "forward" | "reverse"
): void => {
  const complex = DType.isComplex(result.dtype)
  if (holomorphic ? complex : DType.isFloating(result.dtype) || (complex && mode === "forward")) return
  const got = `got ${aval.format(result)}${path === "" ? "" : ` at ${path}`}`
  const hint = holomorphic
    ? "leave `holomorphic` out for real results"
    : complex
    ? "set `holomorphic: true` for a function that has a complex derivative, or use `vjp`"
    : "return what has no derivative as an auxiliary output (hasAux)"
  throw new DTypeError({
    operation,
    message: `${operation}: the function must return ${
      wanted(holomorphic ? "complex" : "floating-point")
    }, ${got}; ${hint}`
  })
}
