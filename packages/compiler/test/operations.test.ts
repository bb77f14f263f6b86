import { grad, jit, type NdArray, Lax, Nn, Numpy as np, vmap } from "effax"
import { describe, expect, it } from "vitest"
import { differences, randomInputs, trace } from "./support.ts"

type Arrays = ReadonlyArray<NdArray.Any>

const check = (name: string, f: (...args: Array<NdArray.Any>) => unknown, ...args: Arrays): void =>
  it(name, () => {
    const program = trace(f, ...args)
    expect(differences(program, randomInputs(program))).toEqual([])
  })

const x23 = np.zeros([2, 3])
const x = np.zeros([4, 6])

describe("operations against the reference", () => {
  check("elementwise chain", (a) => np.multiply(np.sin(np.cos(a)), np.tanh(a)), x23)
  check("softmax", (a) => Nn.softmax(a), x23)
  check("dense", (a, w, b) => Nn.relu(np.add(np.matmul(a, w), b)), np.zeros([8, 3]), np.zeros([3, 5]), np.zeros([5]))
  check("dense gradient", (a, w) => grad((v: NdArray.Any) => np.sum(np.tanh(np.matmul(a, v))))(w), np.zeros([8, 3]), np.zeros([3, 5]))
})
