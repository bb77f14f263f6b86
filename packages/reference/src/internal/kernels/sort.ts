/**
 * Sorts several arrays together along one axis.
 */
import type { SortParams } from "effax/Primitives"
import { kernel, type Steps, stride } from "../kernel.ts"
import { type Elements, elements, raw, type Value } from "../value.ts"

/** Negative if `a` comes first. NaN comes last; all NaN are equal, as are 0 and -0. */
const compare = (a: number | bigint, b: number | bigint): number => {
  if (a < b) return -1
  if (a > b) return 1
  return Number(a !== a) - Number(b !== b)
}

/** A stable merge sort, bottom up, that can be paused. */
function* mergeSort(order: Array<number>, before: (a: number, b: number) => number): Steps<Array<number>> {
  const n = order.length
  let from = order
  let to = order.slice()
  let work = 0
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n)
      const end = Math.min(start + 2 * width, n)
      let left = start
      let right = middle
      for (let k = start; k < end; k++) {
        const takeLeft = left < middle && (right >= end || before(from[left]!, from[right]!) <= 0)
        to[k] = takeLeft ? from[left++]! : from[right++]!
        if (++work % stride === 0) yield
      }
    }
    ;[from, to] = [to, from]
  }
  return from
}

function* sort(
  inputs: ReadonlyArray<Value>,
  outputs: ReadonlyArray<Value>,
  { dimension, numKeys }: SortParams
): Steps {
  const shape = inputs[0]!.shape
  const length = shape[dimension]!
  const inner = shape.slice(dimension + 1).reduce((a, b) => a * b, 1)
  const outer = shape.slice(0, dimension).reduce((a, b) => a * b, 1)
  const keys: ReadonlyArray<Elements> = inputs.slice(0, numKeys).map((key) => elements(key))
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * length * inner + i
      const order = yield* mergeSort(Array.from({ length }, (_, k) => start + k * inner), (a, b) => {
        for (const key of keys) {
          const c = compare(key[a]!, key[b]!)
          if (c !== 0) return c
        }
        return 0
      })
      outputs.forEach((output, which) => {
        const source = raw(inputs[which]!)
        const target = raw(output)
        order.forEach((at, k) => {
          target[start + k * inner] = source[at]!
        })
      })
      yield
    }
  }
}

export const sortRules = {
  sort: kernel<SortParams>(sort)
}
