/**
 * Sums of products in Einstein's notation.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkNoOptions, isOptions } from "../internal/arguments/options.ts"
import type { Einsum, EinsumCheck } from "../internal/types/einsum.ts"
import type * as NdArray from "../NdArray.ts"
import * as elementwise from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { contract, type ContractionOptions, diagonalOfLast, preferredOf } from "./contract.ts"
import { type ArrayLike, asArray, broadcastTo, promote, type PromoteAll, type ShapesOf } from "./operands.ts"

interface Term {
  readonly array: NdArray.Any
  readonly labels: ReadonlyArray<string>
}

/** Subscripts as they are written, and for whom they are read. */
interface Given {
  readonly operation: string
  readonly subscripts: string
}

const bad = ({ operation, subscripts }: Given, detail: string): ArgumentError =>
  new ArgumentError({ operation, message: `${operation}: ${detail} in "${subscripts}"` })

/** `...` stands for as many axes as an operand has left; each gets a label of its own, counted from the end. */
const expand = (term: string, rank: number, given: Given): ReadonlyArray<string> => {
  const parts = term.split("...")
  if (parts.length > 2) throw bad(given, "an operand has more than one ellipsis")
  const letters = parts.join("")
  if (/[^A-Za-z]/.test(letters)) throw bad(given, `"${letters.match(/[^A-Za-z]/)![0]}" is not a label`)
  if (parts.length === 1) return [...term]
  const count = Math.max(0, rank - letters.length)
  return [...parts[0]!, ...range(count).map((i) => `.${count - i}`), ...parts[1]!]
}

/** Repeated labels of one operand become its diagonal. */
const takeDiagonals = ({ array, labels }: Term): Term => {
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i)
  if (repeated === undefined) return { array, labels }
  const [first, second] = labels.flatMap((label, i) => label === repeated ? [i] : []) as [number, number]
  const rest = range(labels.length).filter((i) => i !== first && i !== second)
  const moved = structural.transpose(array, [...rest, first, second])
  return takeDiagonals({ array: diagonalOfLast(moved, 0), labels: [...rest.map((i) => labels[i]!), repeated] })
}

const sumOut = ({ array, labels }: Term, keep: (label: string) => boolean): Term => ({
  array: reduceSum(array, range(labels.length).filter((i) => !keep(labels[i]!))),
  labels: labels.filter(keep)
})

/** Contracts two operands, summing over the labels that no later step needs. */
const pair = (x: Term, y: Term, keep: (label: string) => boolean, preferred: DType.DType | undefined): Term => {
  const a = sumOut(x, (label) => keep(label) || y.labels.includes(label))
  const b = sumOut(y, (label) => keep(label) || x.labels.includes(label))
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter(keep)
  const summed = shared.filter((label) => !keep(label))
  const at = (term: Term, labels: ReadonlyArray<string>) => labels.map((label) => term.labels.indexOf(label))
  // what was contracted before has the dtype that is preferred, and others have their own
  const [left, right] = promote("einsum", [a.array, b.array])
  return {
    array: contract(left!, right!, {
      lhsContracting: at(a, summed),
      rhsContracting: at(b, summed),
      lhsBatch: at(a, batch),
      rhsBatch: at(b, batch)
    }, preferred),
    labels: [
      ...batch,
      ...a.labels.filter((label) => !shared.includes(label)),
      ...b.labels.filter((label) => !shared.includes(label))
    ]
  }
}

/** The labels of operands and result, and the lengths of axes. */
interface Parsed {
  readonly labels: ReadonlyArray<ReadonlyArray<string>>
  readonly results: ReadonlyArray<string>
  readonly sizes: ReadonlyMap<string, number>
}

const parse = (given: Given, shapes: ReadonlyArray<Shape.Shape>): Parsed => {
  const { operation, subscripts } = given
  const [inputs, output, ...more] = subscripts.replaceAll(" ", "").split("->")
  const terms = inputs!.split(",")
  if (more.length > 0) throw bad(given, "there is more than one arrow")
  if (terms.length !== shapes.length) {
    throw bad(given, `there are ${terms.length} operands, but ${shapes.length} arrays were given`)
  }
  const labels = terms.map((term, i) => expand(term, shapes[i]!.length, given))
  const sizes = new Map<string, number>()
  labels.forEach((own, i) => {
    const shape = shapes[i]!
    if (own.length !== shape.length) {
      throw bad(given, `operand ${i} has ${own.length} labels, but its shape is ${Shapes.format(shape)},`)
    }
    own.forEach((label, axis) => {
      const known = sizes.get(label)
      const size = shape[axis]!
      if (known === undefined || known === 1) sizes.set(label, size)
      else if (size !== known && size !== 1) {
        throw new ShapeError({
          operation,
          message: `${operation}: label ${label} has length ${known} and ${size} in "${subscripts}" for shapes ${
            shapes.map((shape) => Shapes.format(shape)).join(", ")
          }`
        })
      }
    })
  })
  const all = labels.flat()
  const dots = [...sizes.keys()].filter((label) => label.startsWith(".")).sort().reverse()
  const results = output === undefined
    ? [
      ...dots,
      ...[...sizes.keys()].filter((l) => !l.startsWith(".") && all.filter((k) => k === l).length === 1).sort()
    ]
    : output.includes("...")
    ? [...output.split("...")[0]!, ...dots, ...output.split("...")[1]!]
    : [...output]
  const unknown = results.find((label) => !sizes.has(label))
  if (unknown !== undefined) throw bad(given, `the result's label ${unknown} is in no operand`)
  if (new Set(results).size !== results.length) throw bad(given, "a label is repeated in the result")
  return { labels, results, sizes }
}

/** Two operands that are contracted, by their positions; the result stands behind those that are left. */
interface Step {
  readonly pair: readonly [number, number]
  readonly labels: readonly [ReadonlyArray<string>, ReadonlyArray<string>]
  /** The labels that the result keeps. */
  readonly kept: ReadonlyArray<string>
  /** Its number of elements. */
  readonly size: number
  /** The number of products. */
  readonly products: number
}

/** Pairs of operands in the order that keeps the intermediate results smallest, greedily. */
const plan = ({ labels, results, sizes }: Parsed): ReadonlyArray<Step> => {
  const count = (of: ReadonlyArray<string>): number => of.reduce((n, label) => n * sizes.get(label)!, 1)
  const steps: Array<Step> = []
  let pending = labels.map((own) => [...new Set(own)])
  while (pending.length > 1) {
    let best: Step | undefined
    for (let i = 0; i < pending.length; i++) {
      for (let k = i + 1; k < pending.length; k++) {
        const all = [...new Set([...pending[i]!, ...pending[k]!])]
        const others = pending.filter((_, n) => n !== i && n !== k)
        const kept = all.filter((label) => results.includes(label) || others.some((own) => own.includes(label)))
        const size = count(kept)
        if (best === undefined || size < best.size) {
          best = { pair: [i, k], labels: [pending[i]!, pending[k]!], kept, size, products: count(all) }
        }
      }
    }
    steps.push(best!)
    const [i, k] = best!.pair
    pending = [...pending.filter((_, n) => n !== i && n !== k), [...best!.kept]]
  }
  return steps
}

/**
 * Sums of products in Einstein's notation: `einsum("ij,jk->ik", x, y)`.
 *
 * **Details**
 *
 * Without `->` the result has, in alphabetic order, the labels that occur once. A label repeated in one operand is its
 * diagonal; `...` are batch axes, which broadcast. Options come last: `preferredElementType` names the dtype of products,
 * sums and the result. Pairs of operands are contracted in the order that keeps the
 * intermediate results smallest, greedily.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2], [3, 4]])
 * np.einsum("ij,jk->ik", x, x) // => [[7, 10], [15, 22]]
 * np.einsum("ii", x) // => 5
 * np.einsum("ij->j", x) // => [4, 6]
 * np.einsum("bi,ij->bj", np.ones([5, 2]), np.ones([2, 3])).shape // => [5, 3]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const einsum: {
  <const E extends string, const X extends ReadonlyArray<ArrayLike>, P extends DType.DType = PromoteAll<X>>(
    subscripts: E & EinsumCheck<E, ShapesOf<X>>,
    ...operands: readonly [...X, ContractionOptions<P>]
  ): NdArray.NdArray<NoInfer<P>, Einsum<E, ShapesOf<X>>>
  <const E extends string, const X extends ReadonlyArray<ArrayLike>>(
    subscripts: E & EinsumCheck<E, ShapesOf<X>>,
    ...operands: X
  ): NdArray.NdArray<PromoteAll<X>, Einsum<E, ShapesOf<X>>>
} = (subscripts: string, ...given: ReadonlyArray<ArrayLike | ContractionOptions>): never => {
  const behind = given.at(-1)
  const preferred = isOptions(behind) ? preferredOf("einsum", behind as ContractionOptions) : undefined
  const arrays = promote("einsum", (isOptions(behind) ? given.slice(0, -1) : given) as ReadonlyArray<ArrayLike>)
  const parsed = parse({ operation: "einsum", subscripts }, arrays.map(({ shape }) => shape))
  const { labels, results, sizes } = parsed
  let pending: Array<Term> = labels.map((own, i) => {
    // axes of length 1 that stand for longer ones are broadcast first
    const shape = own.map((label) => sizes.get(label)!)
    return takeDiagonals({ array: broadcastTo(arrays[i]!, shape), labels: own })
  })
  for (const { kept, pair: [i, k] } of plan(parsed)) {
    const rest = pending.filter((_, n) => n !== i && n !== k)
    pending = [...rest, pair(pending[i]!, pending[k]!, (label) => kept.includes(label), preferred)]
  }
  const last = sumOut(pending[0]!, (label) => results.includes(label))
  const result = structural.transpose(last.array, results.map((label) => last.labels.indexOf(label)))
  return (preferred === undefined ? result : elementwise.convert(result, preferred)) as never
}

/**
 * The order in which {@link einsum} contracts operands, and a text about it.
 *
 * **Details**
 *
 * Each step names two operands by their positions; they are taken away, and their product is put behind the others. One
 * operand alone is one step. The text has a line for each step: what is contracted, how many products it takes and how many
 * elements the result has. Nothing is computed.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const [path, text] = np.einsumPath("ij,jk,kl->il", np.ones([8, 2]), np.ones([2, 5]), np.ones([5, 6]))
 * path // => [[1, 2], [0, 1]]
 * text.split("\n")[0] // => "jk,kl->jl: 60 products, 12 elements"
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const einsumPath = (
  subscripts: string,
  ...operands: ReadonlyArray<ArrayLike>
): readonly [path: ReadonlyArray<ReadonlyArray<number>>, text: string] => {
  checkNoOptions("einsumPath", operands.at(-1))
  const shapes = operands.map((operand) => asArray("einsumPath", operand).shape)
  const parsed = parse({ operation: "einsumPath", subscripts }, shapes)
  const steps = plan(parsed)
  const write = (labels: ReadonlyArray<string>): string =>
    labels.map((label, i) => !label.startsWith(".") ? label : labels[i - 1]?.startsWith(".") ? "" : "...").join("")
  const lines = steps.map(({ kept, labels: [x, y], products, size }, i) =>
    `${write(x)},${write(y)}->${
      write(i === steps.length - 1 ? parsed.results : kept)
    }: ${products} products, ${size} elements`
  )
  return operands.length === 1
    ? [[[0]], `${write(parsed.labels[0]!)}->${write(parsed.results)}`]
    : [steps.map((step) => step.pair), lines.join("\n")]
}
