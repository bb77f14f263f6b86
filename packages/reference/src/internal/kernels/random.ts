/**
 * The counter-based generator behind all random numbers.
 */
import type { Params } from "effax/Primitive"
import { kernel, type Steps, stride } from "../kernel.ts"
import { size, type Value } from "../value.ts"

// The rotations and the parity constant of Threefry-2x32-20: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
// (SC 2011), section 4.2 and table 2; keys are injected after every fourth round.
const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const
const parity = 0x1bd11bda

const rotateLeft = (x: number, by: number): number => x << by | x >>> (32 - by)

/** Hashes the counter `[x0, x1]` under the key `[k0, k1]` in int32 arithmetic, which wraps like uint32. */
const hash = (k0: number, k1: number, x0: number, x1: number): readonly [number, number] => {
  const key = [k0, k1, k0 ^ k1 ^ parity] as const
  let a = (x0 + k0) | 0
  let b = (x1 + k1) | 0
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2 as 0 | 1]) {
      a = (a + b) | 0
      b = rotateLeft(b, by) ^ a
    }
    a = (a + key[(group + 1) % 3]!) | 0
    b = (b + key[(group + 2) % 3]! + group + 1) | 0
  }
  return [a, b]
}

function* threefry(inputs: ReadonlyArray<Value>, [first, second]: ReadonlyArray<Value>): Steps {
  const [k0, k1, x0, x1] = inputs.map(({ data, shape }) => {
    const step = shape.length === 0 ? 0 : 1
    return (i: number): number => data[i * step] as number
  })
  const n = size(first!)
  for (let i = 0; i < n; i++) {
    const [a, b] = hash(k0!(i), k1!(i), x0!(i), x1!(i))
    first!.data[i] = a
    second!.data[i] = b
    if (i % stride === stride - 1) yield
  }
}

export const randomRules = {
  threefry2x32: kernel<Params>(threefry)
}
