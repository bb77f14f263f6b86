import type { CumulativeParams, Plan } from "@effax/compiler/Plan"
import { expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { bytesOf, differences, numbersOf, planOf, randomOf, run, validate } from "./planRunner.ts"

const cumulativePlan = (params: CumulativeParams): Plan => {
  const elements = params.outer * params.length * params.inner
  const { combiner, dtype } = params
  return planOf([[dtype, elements, "in"], [dtype, elements, "out"]], [
    {
      kind: "routine",
      routine: "cumulative",
      name: `cum${combiner}`,
      barrier: false,
      params,
      inputs: [0],
      outputs: [1],
      scratch: []
    }
  ])
}

const dtypes: ReadonlyArray<DType> = ["float32", "int32", "uint32"]

it("random running combinations give what the interpreter gives", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = randomOf(seed)
    const options: CumulativeParams = {
      combiner: random.pick(["add", "max", "min", "mul"]),
      dtype: random.pick(dtypes),
      outer: random.integer(1, 3),
      length: random.pick([1, 5, 64, 130, 1024, 1500]),
      inner: random.pick([1, 2, 5]),
      reverse: random.pick([false, true])
    }
    // products of many numbers are all 0, or overflow
    const plan = cumulativePlan(options.combiner === "mul" ? { ...options, length: 5 } : options)
    const { elements } = plan.buffers[0]!
    expect(await differences(plan, [random.elements(options.dtype, elements)], 2e-5), JSON.stringify(options)).toEqual(
      []
    )
    await validate(plan)
  }
})

it("long sums stay within 1e-6", async () => {
  const length = 2 ** 20
  const plan = cumulativePlan({ combiner: "add", dtype: "float32", outer: 1, length, inner: 1, reverse: false })
  const tenth = Math.fround(0.1)
  const [bytes] = await run(plan, [bytesOf("float32", new Array<number>(length).fill(tenth))])
  const worst = numbersOf("float32", bytes!).reduce((w, x, i) => Math.max(w, Math.abs(x / (tenth * (i + 1)) - 1)), 0)
  expect(worst).toBeLessThan(1e-6)
})

it("sums along another axis than the last, backwards, stay within 1e-6", async () => {
  const [length, inner] = [4096, 16]
  const plan = cumulativePlan({ combiner: "add", dtype: "float32", outer: 1, length, inner, reverse: true })
  const tenth = Math.fround(0.1)
  const [bytes] = await run(plan, [bytesOf("float32", new Array<number>(length * inner).fill(tenth))])
  const worst = numbersOf("float32", bytes!).reduce(
    (w, x, i) => Math.max(w, Math.abs(x / (tenth * (length - Math.floor(i / inner))) - 1)),
    0
  )
  expect(worst).toBeLessThan(1e-6)
})
