/**
 * Each rule of regions, broken in a region that obeys all others.
 */
import { Debug, Lax, type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { inline } from "../../../src/internal/1-inline/inline.ts"
import type {
  CaseParams,
  Operation,
  OperationName,
  Region,
  Type,
  Value,
  WhileParams
} from "../../../src/internal/region.ts"
import { checkReal, checkRegion } from "../../../src/internal/verify/region.ts"
import { trace } from "../../support.ts"

type X = NdArray.Any

const regionOf = (f: (...xs: Array<X>) => unknown, ...args: ReadonlyArray<X>): Region => inline(trace(f, ...args))

const problems = (region: Region, check = checkRegion): ReadonlyArray<string> => {
  const found: Array<string> = []
  check(region, (problem) => found.push(problem))
  return found
}

/** The region with one operation changed; its results are the same values. */
const changed = (region: Region, at: number, change: (operation: Operation) => Partial<Operation>): Region => ({
  ...region,
  operations: region.operations.map((operation, i) => i === at ? { ...operation, ...change(operation) } : operation)
})

/** The region with the type of an operation's first result changed, wherever it is used. */
const retyped = (region: Region, at: number, type: Partial<Type>): Region => {
  const [old] = region.operations[at]!.outputs
  const value: Value = { ...old!, ...type }
  const swap = (v: Value): Value => v === old ? value : v
  return {
    ...region,
    operations: region.operations.map((o) => ({ ...o, inputs: o.inputs.map(swap), outputs: o.outputs.map(swap) })),
    results: region.results.map(swap)
  }
}

const x = np.zeros([2, 3])
const chain = regionOf((a, b) => np.add(np.sin(a!), np.multiply(b!, 2)), x, x)
const scan = regionOf((c, xs) => Lax.scan((s: X, y: X) => [np.add(s, y), y] as const, c!, xs!), np.zeros([3]), x)
const loop = regionOf((a) => Lax.whileLoop((s: X) => np.less(s, 9), (s: X) => np.add(s, 1), a!), np.array(0))
const cond = regionOf(
  (p, a) => Lax.cond(p!, (y: X) => np.sin(y), (y: X) => np.cos(y), a!),
  np.array(true),
  x
)
const callback = regionOf((a) => Debug.print(a!), x)
const broadcast = regionOf((a) => np.broadcastTo(a!, [4, 2, 3]), x)
const complex = regionOf((z) => np.multiply(z!, z!), np.zeros([2], { dtype: "complex64" }))
const at = (region: Region, name: string): number => region.operations.findIndex((o) => o.name === name)

const whileWith = (region: Region, change: Partial<WhileParams>): Region =>
  changed(region, at(region, "while"), ({ params }) => ({ params: { ...params as WhileParams, ...change } }))

const bodyOf = (region: Region): Region => (region.operations[at(region, "while")]!.params as WhileParams).body

const branchesOf = (region: Region): ReadonlyArray<Region> =>
  (region.operations[at(region, "case")]!.params as CaseParams).branches

describe("checkRegion", () => {
  it("finds nothing wrong with what inlining gives", () => {
    expect([chain, scan, loop, cond, callback, broadcast, complex].flatMap((region) => problems(region))).toEqual([])
  })

  const literal = chain.operations.flatMap((o) => o.inputs).find((v) => v.literal !== undefined)!
  const broken: ReadonlyArray<readonly [rule: string, region: Region, problem: string]> = [
    [
      "values are computed before they are used",
      { ...chain, operations: chain.operations.toReversed() },
      "operation 0 (add): operand 0, f32[2,3], is used before it is computed"
    ],
    [
      "values are computed by an operation of the region",
      { ...chain, operations: chain.operations.slice(1) },
      "operation 1 (add): operand 0, f32[2,3], is used before it is computed"
    ],
    [
      "results are computed",
      { ...chain, results: [scan.inputs[0]!] },
      "result 0, f32[3], is used before it is computed"
    ],
    [
      "values are computed once",
      { ...chain, operations: [...chain.operations, chain.operations[0]!] },
      "operation 3 (sin): result 0 has the id"
    ],
    ["ids are below the next one", { ...chain, nextId: chain.inputs[1]!.id + 1 }, "ids are below"],
    [
      "values know what made them",
      retyped(chain, 0, { operation: undefined } as Partial<Type>),
      "operation 0 (sin): result 0 does not know what made it"
    ],
    [
      "dtypes are those that the primitive gives",
      retyped(chain, 0, { dtype: "int32" }),
      "operation 0 (sin): its results are (i32[2,3]), expected (f32[2,3])"
    ],
    [
      "shapes are those that the primitive gives",
      retyped(chain, 0, { shape: [3, 2] }),
      "operation 0 (sin): its results are (f32[3,2]), expected (f32[2,3])"
    ],
    [
      "shapes have natural numbers",
      { ...chain, inputs: [{ ...chain.inputs[0]!, shape: [2, -3] }, chain.inputs[1]!] },
      "input 0 has the shape [2,-3]"
    ],
    [
      "dtypes exist",
      { ...chain, inputs: [{ ...chain.inputs[0]!, dtype: "float8" as "float32" }, chain.inputs[1]!] },
      "input 0 has the unknown dtype float8"
    ],
    [
      "operands are such that the primitive takes",
      changed(chain, 2, ({ inputs: [a] }) => ({ inputs: [a!, { ...literal, dtype: "int32" }] })),
      "operation 2 (add): add: "
    ],
    [
      "literals are scalars",
      changed(chain, 1, ({ inputs: [a] }) => ({ inputs: [a!, { ...literal, shape: [2, 3] }] })),
      "operation 1 (mul): operand 1 is a literal of type f32[2,3]; literals are scalars"
    ],
    [
      "literals are values of their dtype",
      changed(chain, 1, ({ inputs: [a] }) => ({ inputs: [a!, { ...literal, literal: 0.1 }] })),
      "operation 1 (mul): operand 1 is the literal 0.1, which is not a value of float32"
    ],
    [
      "operations are primitives",
      changed(chain, 0, () => ({ name: "sine" as OperationName })),
      "operation 0 (sine): is not an operation of regions"
    ],
    [
      "calls are inlined",
      changed(chain, 0, () => ({ name: "jit" as OperationName })),
      "operation 0 (jit): is not an operation of regions"
    ],
    [
      "broadcasts keep the operand's extents",
      changed(broadcast, 0, ({ params }) => ({ params: { ...params, broadcastDimensions: [0, 1] } })),
      "operation 0 (broadcast_in_dim): broadcasts (f32[2,3]) along [0,1] to [4,2,3]"
    ],
    [
      "a loop without a condition has steps",
      whileWith(scan, { steps: null }),
      `operation ${at(scan, "while")} (while): condition null of 1 carries, null steps`
    ],
    [
      "the condition is a carry",
      whileWith(loop, { condition: 7 }),
      `operation ${at(loop, "while")} (while): condition 7 of 2 carries`
    ],
    ["the condition is a bool", whileWith(loop, { condition: 0 }), "the condition is f32[]"],
    [
      "a loop walks along arrays as long as it has steps",
      whileWith(scan, { steps: 5 }),
      `operation ${at(scan, "while")} (while): walks along (f32[2,3]) in 5 steps`
    ],
    [
      "the body takes what the loop hands in",
      whileWith(scan, { body: { ...bodyOf(scan), inputs: bodyOf(scan).inputs.toReversed().slice(1) } }),
      "inputs of its body are (f32[3]), expected (f32[3], f32[3])"
    ],
    [
      "the body gives the next carries",
      whileWith(loop, { body: { ...bodyOf(loop), results: bodyOf(loop).results.toReversed() } }),
      "results of its body are (bool[], f32[]), expected (f32[], bool[])"
    ],
    [
      "regions inside obey the rules",
      whileWith(scan, { body: { ...bodyOf(scan), operations: [] } }),
      `operation ${at(scan, "while")} (while): its body: result 0, f32[3], is used before it is computed`
    ],
    [
      "the index of a case is an int32",
      changed(cond, at(cond, "case"), ({ inputs: [, ...rest] }) => ({ inputs: [cond.inputs[0]!, ...rest] })),
      "its index are (bool[]), expected (i32[])"
    ],
    [
      "branches give the results of the case",
      changed(cond, at(cond, "case"), () => ({
        params: { branches: [branchesOf(cond)[0]!, { ...branchesOf(cond)[1]!, results: [] }] }
      })),
      "results of branch 1 are (nothing), expected (f32[2,3])"
    ],
    [
      "a case has branches",
      changed(cond, at(cond, "case"), () => ({ params: { branches: [] } })),
      "(case): has no branches"
    ],
    [
      "callbacks are numbers",
      changed(callback, 0, ({ params }) => ({ params: { ...params, callback: -1 } })),
      "operation 0 (debug_callback): calls callback -1"
    ]
  ]

  it.each(broken)("%s", (_, region, problem) => {
    expect(problems(region).join("\n")).toContain(problem)
  })
})

describe("checkReal", () => {
  it("finds nothing in real regions", () => {
    expect([chain, scan, loop, cond].flatMap((region) => problems(region, checkReal))).toEqual([])
  })

  it("finds complex inputs, values and results", () => {
    expect(problems(complex, checkReal)).toEqual([
      "input c64[2] is complex",
      "result c64[2] is complex",
      "operation 0 (mul): value c64[2] is complex"
    ])
  })

  it("looks into regions inside", () => {
    const inside = regionOf(
      (c, xs) =>
        Lax.scan((s: X, y: X) => [np.add(s, np.real(np.exp(Lax.complex(y, y)))), undefined] as const, c!, xs!)[0],
      np.zeros([3]),
      x
    )
    expect(problems(inside, checkReal).join("\n")).toContain("c64[3] is complex")
  })
})
