/**
 * What is checked of every entry of the table, on one backend. A check gives the list of what is wrong.
 */
import { AllClose, CheckGrads } from "@effax/testing"
import type { Backend } from "effax/Backend"
import type { DType, TypedArray } from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { jit, vjp, vmap } from "effax/Transform"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { derivativesOf } from "../oracle/cases.ts"
import type { Expected, ExpectedCase } from "../oracle/oracle.ts"
import {
  type Arrays,
  inputsOf,
  isFloating,
  isHalf,
  isSpecial,
  label,
  listOf,
  type Operation,
  toArray,
  type Tolerance,
  weights
} from "./operation.ts"

type Check = Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend>

/** What is asked of results where an entry says nothing else: floats within a few units of the last place. */
const tolerances: { readonly [D in DType]: Tolerance } = {
  ...AllClose.tolerances,
  bfloat16: { rtol: 2 ** -7, atol: 1e-6 },
  float16: { rtol: 2 ** -10, atol: 1e-6 },
  float32: { rtol: 1e-5, atol: 1e-7 },
  float64: { rtol: 1e-12, atol: 1e-14 }
}

/** Derivatives are products of several results, each of which was rounded. */
const derivativeTolerances: typeof tolerances = {
  ...tolerances,
  bfloat16: { rtol: 2 ** -5, atol: 2 ** -7 },
  float16: { rtol: 2 ** -8, atol: 2 ** -10 },
  float32: { rtol: 2e-5, atol: 1e-6 },
  float64: { rtol: 1e-12, atol: 1e-13 }
}

interface Read {
  readonly dtype: DType
  readonly shape: ReadonlyArray<number>
  readonly weak: boolean
  readonly data: TypedArray
}

/** Runs all arrays as one Program and reads them. */
const readAll = Effect.fnUntraced(function*(arrays: Arrays) {
  yield* NdArray.evaluate(arrays)
  return yield* Effect.forEach(
    arrays,
    (array) =>
      Effect.map(
        NdArray.toTypedArray(array),
        (data): Read => ({ dtype: array.dtype, shape: array.shape, weak: array.weak, data })
      )
  )
})

/** Runs the arrays of all cases as one Program. */
const readCases = Effect.fnUntraced(function*(cases: ReadonlyArray<Arrays>) {
  const values = yield* readAll(cases.flat())
  let next = 0
  return cases.map((arrays) => values.slice(next, next += arrays.length))
})

const typeOf = ({ dtype, shape, weak }: Omit<Expected, "data">): string =>
  `${weak ? "weak " : ""}${dtype}[${shape.join(", ")}]`

const compare = (
  operation: Operation,
  what: string,
  actual: ReadonlyArray<Read>,
  expected: ReadonlyArray<Expected>,
  own: Operation["tolerance"],
  base: typeof tolerances = tolerances,
  signedZero = operation.signedZero
): ReadonlyArray<string> => {
  if (actual.length !== expected.length) return [`${what}: ${actual.length} results, expected ${expected.length}`]
  return actual.flatMap((result, i) => {
    const wanted = expected[i]!
    const name = actual.length === 1 ? what : `${what}, result ${i}`
    if (typeOf(result) !== typeOf(wanted)) return [`${name}: got ${typeOf(result)}, expected ${typeOf(wanted)}`]
    const message = AllClose.check(result.data, wanted.data, {
      dtype: result.dtype,
      shape: result.shape,
      ...base[result.dtype],
      ...own[result.dtype],
      signedZero,
      label: name
    })
    return message === undefined ? [] : [message]
  })
}

const argumentsOf = (operation: Operation, index: number, variant = 0): Arrays =>
  inputsOf(operation, index, variant).map(toArray)

const apply = (operation: Operation, args: Arrays): Arrays => listOf(operation.f(...args))

const whats = (operation: Operation): ReadonlyArray<string> => operation.cases.map(label)

/** Values are JAX's: dtypes, shapes, weakness, elements. */
export const values = (operation: Operation, expected: ReadonlyArray<ExpectedCase>): Check =>
  Effect.gen(function*() {
    const results = yield* readCases(operation.cases.map((_, i) => apply(operation, argumentsOf(operation, i))))
    const names = whats(operation)
    return results.flatMap((actual, i) =>
      compare(operation, names[i]!, actual, expected[i]!.value, operation.tolerance)
    )
  })

/** A compiled function gives what the function gives. */
export const compiled = (operation: Operation): Check =>
  Effect.gen(function*() {
    const args = operation.cases.map((_, i) => argumentsOf(operation, i))
    const eager = yield* readCases(args.map((xs) => apply(operation, xs)))
    const f = jit((...xs: ReadonlyArray<NdArray.Any>) => apply(operation, xs))
    const results = yield* readCases(args.map((xs) => f(...xs)))
    const names = whats(operation)
    return results.flatMap((actual, i) =>
      compare(operation, `jit ${names[i]!}`, actual, eager[i]!, operation.tolerance)
    )
  })

/** Which arguments are batched: all of them, then each one alone. */
const selections = (count: number): ReadonlyArray<ReadonlyArray<boolean>> => {
  const all = Array.from({ length: count }, () => true)
  return count < 2 ? [all] : [all, ...all.map((_, i) => all.map((_, k) => i === k))]
}

/** `vmap` over two examples, from and to the first axis and the last, gives what the function gives one by one. */
export const batched = (operation: Operation): Check =>
  Effect.gen(function*() {
    const runs = operation.cases.flatMap((args, i) => {
      if (args.length === 0) return []
      const first = argumentsOf(operation, i)
      const second = argumentsOf(operation, i, 1)
      return selections(args.length).flatMap((batched) =>
        (batched.includes(false) ? [0] : [0, -1]).map((axis) => {
          const examples = [first, batched.map((is, k) => is ? second[k]! : first[k]!)]
          const stacked = first.map((x, k) => batched[k] ? np.stack([x, second[k]!], { axis }) : x)
          const mapped = vmap((...xs: ReadonlyArray<NdArray.Any>) => apply(operation, xs), {
            inAxes: batched.map((is) => is ? axis : null),
            outAxes: axis
          })(...stacked)
          const loop = examples.map((xs) => apply(operation, xs))
          return {
            name: `vmap ${label(args)}, ${batched.map((is) => is ? axis : null).join()}`,
            mapped,
            loop: mapped.map((_, k) => np.stack(loop.map((outputs) => outputs[k]!), { axis }))
          }
        })
      )
    })
    const mapped = yield* readCases(runs.map((run) => run.mapped))
    const loop = yield* readCases(runs.map((run) => run.loop))
    // the batch axis makes a weak result no less weak, but stacking is not meant to keep it
    return runs.flatMap(({ name }, i) =>
      compare(
        operation,
        name,
        mapped[i]!.map((x) => ({ ...x, weak: false })),
        loop[i]!.map((x) => ({ ...x, weak: false })),
        operation.tolerance
      )
    )
  })

const cotangents = (outputs: Arrays): Arrays =>
  outputs.map((y) => np.reshape(np.astype(np.array(Float32Array.from(weights(y.size))), y.dtype), y.shape))

/** The weighted results pulled back to the floating-point arguments. */
const pullback = (f: (...xs: Arrays) => Arrays, xs: Arrays): Arrays => {
  const [outputs, back] = vjp(f, ...xs)
  return back(cotangents(outputs))
}

/** The function of the floating-point arguments alone, with its floating-point results. */
const restricted = (operation: Operation, args: Arrays) => {
  const varied = args.flatMap((x, i) => isFloating(x) ? [i] : [])
  return {
    at: varied.map((i) => args[i]!),
    f: (...xs: Arrays): Arrays => {
      const all = [...args]
      varied.forEach((position, k) => {
        all[position] = xs[k]!
      })
      return apply(operation, all).filter(isFloating)
    }
  }
}

/** First and second derivatives are JAX's. */
export const derivatives = (operation: Operation, expected: ReadonlyArray<ExpectedCase>): Check =>
  Effect.gen(function*() {
    const names = whats(operation)
    const runs = expected.flatMap(({ first, second }, i) => {
      if (first === undefined) return []
      const { at, f } = restricted(operation, argumentsOf(operation, i))
      const once = (...xs: Arrays) => pullback(f, xs)
      const runs = [{ name: `gradient ${names[i]!}`, actual: once(...at), expected: first }]
      return second === undefined
        ? runs
        : [...runs, { name: `second derivative ${names[i]!}`, actual: pullback(once, at), expected: second }]
    })
    const results = yield* readCases(runs.map((run) => run.actual))
    return runs.flatMap((run, i) =>
      compare(
        operation,
        run.name,
        results[i]!,
        run.expected,
        operation.derivativeTolerance,
        derivativeTolerances,
        false
      )
    )
  })

export const hasDerivatives = (expected: ReadonlyArray<ExpectedCase>): boolean =>
  expected.some((c) => c.first !== undefined)

/** The samples at which finite differences are taken: the first two that are not too small to tell. */
const sampled = (operation: Operation, expected: ReadonlyArray<ExpectedCase>): ReadonlyArray<number> =>
  operation.cases.flatMap((args, i) =>
    derivativesOf(operation, i) > 0 && expected[i]!.first !== undefined && !isSpecial(args) &&
      !args.some(isHalf)
      ? [i]
      : []
  ).slice(0, 2)

export const hasSamples = (operation: Operation, expected: ReadonlyArray<ExpectedCase>): boolean =>
  operation.numeric && sampled(operation, expected).length > 0

/** Derivatives, and derivatives of derivatives, agree with finite differences. */
export const finiteDifferences = (operation: Operation, expected: ReadonlyArray<ExpectedCase>): Check =>
  Effect.forEach(sampled(operation, expected), (index) => {
    const { at, f } = restricted(operation, argumentsOf(operation, index))
    return Effect.map(
      Effect.exit(CheckGrads.checkGrads((...xs: Arrays) => f(...xs), at, { order: operation.derivatives })),
      (exit) => Exit.isSuccess(exit) ? [] : [`${label(operation.cases[index]!)}: ${Cause.squash(exit.cause)}`]
    )
  }).pipe(Effect.map((messages) => messages.flat()))
