/**
 * Choice between cases that are functions: of a scalar condition only one of them runs, and of an array of conditions the
 * case that is not chosen has no say in derivatives.
 *
 * That a case is not chosen makes its cotangent zero, but zero times an infinite derivative is NaN. So what goes into the
 * case's last elementwise operations is masked: where the case is not chosen, derivatives end there. An operation belongs to
 * these when all that comes of its element `i` is element `i` of the case; masking any other would lose derivatives of
 * elements that are chosen.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import * as node from "../internal/graph/node.ts"
import { type Atom, type Equation, Literal } from "../internal/program/model.ts"
import type { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import { cond } from "../lax/cond.ts"
import type * as NdArray from "../NdArray.ts"
import { not, select, stopGradient } from "../primitive/elementwise.ts"
import { reduceOr } from "../primitive/reduction.ts"
import { reshape } from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, broadcast, broadcastTo, promote } from "./operands.ts"
import { truth } from "./signatures.ts"

type Case = ArrayLike | (() => ArrayLike)

/** A case that is computed apart from what is around it. */
interface Lazy {
  readonly closed: tracing.Closed
  /** In its place when dtypes and shapes are found out: the scalar that it gives, or an array like the one that it gives. */
  readonly sample: ArrayLike
}

const traced = (f: () => ArrayLike): Lazy => {
  let result: ArrayLike | undefined
  const closed = tracing.trace("where", [], () => [asArray("where", result = f())])
  const [of] = closed.program.results
  return {
    closed,
    sample: node.isNode(result) ? node.parameter(of!.aval, { transformation: "where" }) : result!
  }
}

export const lazyWhere = (condition: ArrayLike, onTrue: Case, onFalse: Case): NdArray.Any => {
  const c = truth(asArray("where", condition))
  const lazy = [onTrue, onFalse].map((of) => typeof of === "function" ? traced(of) : undefined)
  const samples = [onTrue, onFalse].map((of, i) => lazy[i]?.sample ?? of as ArrayLike)
  const promoted = promote("where", samples)
  const shape = Shape.broadcast("where", [c.shape, ...promoted.map((x) => x.shape)])
  /** A case as it was computed, with the dtype of both. */
  const converted = (x: ArrayLike, i: number): node.Node =>
    promote("where", samples.map((sample, k) => k === i ? x : sample))[i]!
  const value = (i: number, mask: NdArray.Any | undefined): NdArray.Any => {
    const of = lazy[i]
    if (of === undefined) return promoted[i]!
    const { captures, program } = of.closed
    const result = mask === undefined ? tracing.replay(program, captures)[0]! : masked(program, captures, mask)
    return converted(node.isNode(of.sample) ? result : of.sample, i)
  }
  if (c.shape.length === 0) {
    const branch = (i: number) => () => broadcastTo(value(i, undefined), shape)
    return node.nodeOf(cond(c, branch(0), branch(1)))
  }
  const cases = [value(0, c), value(1, lazy[1] === undefined ? undefined : not(c))]
  const [which, x, y] = broadcast("where", [node.nodeOf(c), ...cases.map(node.nodeOf)])
  return select(which!, x!, y!)
}

/** Whether element `i` of each result is made of the elements `i` of the operands, and scalars. */
const isElementwise = ({ inputs, outputs, params, primitive }: Equation, shape: ReadonlyArray<number>): boolean => {
  const fits = ({ aval }: Atom) => aval.shape.length === 0 || Aval.sameShape(aval.shape, shape)
  if (!inputs.every(fits) || !outputs.every(({ aval }) => Aval.sameShape(aval.shape, shape))) return false
  if (primitive.elementwise === true) return true
  return primitive.called !== undefined && primitive.called(params).equations.every((of) => isElementwise(of, shape))
}

/** The equations at the end of a Program of which everything that comes after them is elementwise too. */
const lastElementwise = (program: Program): ReadonlySet<Equation> => {
  const [result] = program.results
  const { shape } = result!.aval
  const region = new Set<Equation>()
  const elsewhere = new Set<Atom>()
  for (const equation of program.equations.toReversed()) {
    const { inputs, outputs } = equation
    if (isElementwise(equation, shape) && !outputs.some((output) => elsewhere.has(output))) region.add(equation)
    else for (const atom of inputs) elsewhere.add(atom)
  }
  return region
}

/** The result of a Program of which only the masked elements count. */
const masked = (program: Program, values: ReadonlyArray<node.Node>, mask: NdArray.Any): NdArray.Any => {
  const region = lastElementwise(program)
  const { shape } = program.results[0]!.aval
  const within = project(mask, shape)
  const environment = tracing.Environment.of(program, values)
  const inRegion = new Set<Atom>()
  const read = (atom: Atom): node.Node => {
    const x = environment.read(atom)
    if (atom instanceof Literal || inRegion.has(atom) || !DType.isInexact(x.dtype)) return x
    const whole = broadcastTo(x, shape)
    return node.nodeOf(select(within, whole, stopGradient(whole)))
  }
  for (const equation of program.equations) {
    const { inputs, outputs, params, primitive } = equation
    const results = region.has(equation)
      ? apply(equation, inputs.map(read))
      : node.bind(primitive, inputs.map((atom) => environment.read(atom)), params)
    outputs.forEach((variable, i) => {
      environment.write(variable, results[i]!)
      if (region.has(equation)) inRegion.add(variable)
    })
  }
  return read(program.results[0]!)
}

/** A call's Program has the shapes of its operands written down, so scalars that are now arrays are in its way. */
const apply = ({ params, primitive }: Equation, operands: ReadonlyArray<node.Node>): ReadonlyArray<node.Node> =>
  primitive.called === undefined
    ? node.bind(primitive, operands, params)
    : tracing.replay(primitive.called(params), operands)

/** Where a case is chosen, of the shape that it has before it is broadcast: in any of the places that it goes to. */
const project = (mask: NdArray.Any, shape: ReadonlyArray<number>): NdArray.Any => {
  const missing = mask.shape.length - shape.length
  const repeated = mask.shape.flatMap((n, axis) =>
    axis < missing || n !== shape[axis - missing] && n !== 1 ? [axis] : []
  )
  const reduced = repeated.length === 0 ? mask : reduceOr(mask, repeated)
  const kept = mask.shape.flatMap((n, axis) => axis < missing ? [] : repeated.includes(axis) ? [1] : [n])
  return broadcastTo(reshape(reduced, kept), shape)
}
