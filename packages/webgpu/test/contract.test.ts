import type { Contract, Plan } from "@effax/compiler/Plan"
import { expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import type { TileChoice } from "../src/internal/wgsl/tile.ts"
import { chooseTile, tileCandidates } from "../src/internal/wgsl/tileChoice.ts"
import { device, differences, planOf, randomOf, validate } from "./planRunner.ts"

interface Options {
  readonly operandDtype: DType
  readonly dtype: DType
  readonly batch: ReadonlyArray<number>
  readonly m: number
  readonly n: number
  readonly k: number
  /** Whether the last two axes of an operand are swapped in memory. */
  readonly swapped: readonly [lhs: boolean, rhs: boolean]
  /** Whether the right operand is the same for all of the batch. */
  readonly shared: boolean
}

const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)
const stridesOf = (shape: ReadonlyArray<number>): Array<number> => shape.map((_, d) => sizeOf(shape.slice(d + 1)))

const stridesIn = (shape: ReadonlyArray<number>, swapped: boolean): ReadonlyArray<number> => {
  const [rows, columns] = shape.slice(-2) as [number, number]
  const outer = stridesOf(shape).slice(0, -2)
  return swapped ? [...outer, 1, rows] : [...outer, columns, 1]
}

/** relu(lhs rhs + bias) of floats; lhs rhs of anything else. */
const contractPlan = ({ batch, dtype, k, m, n, operandDtype, shared, swapped }: Options): Plan => {
  const space = [...batch, m, n]
  const right = stridesIn([...batch, k, n], swapped[1])
  const float = dtype === "float32"
  const kernel: Contract = {
    kind: "contract",
    name: "dot",
    barrier: false,
    batch,
    m,
    n,
    k,
    operandDtype,
    dtype,
    lhs: { buffer: 0, index: { offset: 0, strides: stridesIn([...batch, m, k], swapped[0]) } },
    rhs: {
      buffer: 1,
      index: { offset: 0, strides: shared ? [...batch.map(() => 0), ...right.slice(-2)] : right }
    },
    epilogue: float
      ? [
        { op: "result", dtype, which: 0 },
        { op: "load", dtype, buffer: 2, index: { offset: 0, strides: [...batch.map(() => 0), 0, 1] } },
        { op: "add", dtype, args: [0, 1] },
        { op: "literal", dtype, value: 0 },
        { op: "max", dtype, args: [2, 3] }
      ]
      : [{ op: "result", dtype, which: 0 }],
    stores: [{ buffer: 3, index: { offset: 0, strides: stridesOf(space) }, value: float ? 4 : 0 }]
  }
  return planOf([
    [operandDtype, sizeOf(batch) * m * k, "in"],
    [operandDtype, sizeOf(batch) * k * n, "in"],
    ["float32", n, "in"],
    [dtype, sizeOf(space), "out"]
  ], [kernel])
}

const check = async (options: Options, seed = 1, tile?: TileChoice): Promise<void> => {
  const random = randomOf(seed)
  const plan = contractPlan(options)
  await validate(plan, () => tile)
  const inputs = plan.inputs.map((id) => random.elements(plan.buffers[id]!.dtype, plan.buffers[id]!.elements))
  expect(await differences(plan, inputs, 1e-4, () => tile), JSON.stringify(options)).toEqual([])
}

const dtypes: ReadonlyArray<readonly [operand: DType, dtype: DType]> = [
  ["float32", "float32"],
  ["float16", "float32"],
  ["bfloat16", "float32"],
  ["int32", "int32"],
  ["uint32", "uint32"],
  ["int8", "int32"]
]

it("random contractions give what the interpreter gives", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const random = randomOf(seed)
    const [operandDtype, dtype] = random.pick(dtypes)
    const extent = () => random.pick([1, 3, 9, 17, 33, 40])
    await check({
      operandDtype,
      dtype,
      batch: random.pick([[], [2], [2, 3]]),
      m: extent(),
      n: extent(),
      k: random.pick([0, 1, 5, 16, 37]),
      swapped: [random.pick([true, false]), random.pick([true, false])],
      shared: random.pick([true, false])
    }, seed)
  }
})

it("more than one tile in each direction, and parts of long sums", async () => {
  const common = { operandDtype: "float32", dtype: "float32", batch: [], shared: false } as const
  await check({ ...common, m: 70, n: 130, k: 20, swapped: [false, false] })
  await check({ ...common, m: 130, n: 70, k: 33, swapped: [true, true] })
  await check({ ...common, m: 12, n: 10, k: 2000, swapped: [false, true] })
  await check({ ...common, m: 16, n: 33, k: 1030, swapped: [true, false], operandDtype: "int32", dtype: "int32" })
})

it("products with vectors", async () => {
  const common = { operandDtype: "float32", dtype: "float32", batch: [], shared: false } as const
  await check({ ...common, m: 300, n: 1, k: 700, swapped: [false, false] })
  await check({ ...common, m: 300, n: 1, k: 700, swapped: [true, false] })
  await check({ ...common, m: 1, n: 300, k: 700, swapped: [false, false] })
  await check({ ...common, m: 1, n: 1, k: 9000, swapped: [false, false] })
})

it("every division into tiles that may be chosen", async () => {
  const { traits } = await device("backend=null")
  const options = {
    operandDtype: "float32",
    dtype: "float32",
    batch: [],
    m: 68,
    n: 66,
    k: 20,
    swapped: [false, false],
    shared: false
  } as const
  const candidates = tileCandidates(traits, options)
  expect(candidates[0]).toEqual(chooseTile(traits, options))
  for (const tile of candidates) await validate(contractPlan(options), () => tile)
  for (const tile of candidates.filter(({ columns, rows }) => rows === 128 && columns !== 64)) {
    await check(options, 1, tile)
  }
})

it("large products have tiles of 128 by 128", async () => {
  const { traits } = await device("backend=null")
  const shape = { batch: [], m: 2048, n: 2048, k: 64, dtype: "float32" } as const
  expect(chooseTile(traits, shape)).toEqual({ rows: 128, columns: 128, depth: 16, blocks: [2, 2], parts: 1 })
})

it("operands that are read in vectors of four", async () => {
  const common = { operandDtype: "float32", dtype: "float32", shared: false, k: 32 } as const
  for (const swapped of [[false, false], [false, true], [true, false], [true, true]] as const) {
    await check({ ...common, batch: [2], m: 36, n: 40, swapped })
    await check({ ...common, batch: [], m: 20, n: 12, swapped, operandDtype: "int32", dtype: "int32" })
  }
})
