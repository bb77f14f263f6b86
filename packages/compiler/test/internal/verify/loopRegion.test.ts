/**
 * Each rule of loop operations, broken in operations that obey all others.
 */
import { Debug, Lax, type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { inline } from "../../../src/internal/1-inline/inline.ts"
import { decompose } from "../../../src/internal/6-decompose/decompose.ts"
import type { Action, Kind, LoopOp, LoopRegion } from "../../../src/internal/6-decompose/loopOp.ts"
import { checkLoopRegion } from "../../../src/internal/verify/loopRegion.ts"
import { trace } from "../../support.ts"

type X = NdArray.Any

const decomposed = (f: (...xs: Array<X>) => unknown, ...args: ReadonlyArray<X>): LoopRegion =>
  decompose(inline(trace(f, ...args)))

const problems = (region: LoopRegion): ReadonlyArray<string> => {
  const found: Array<string> = []
  checkLoopRegion(region, (problem) => found.push(problem))
  return found
}

/** The region with the first operation of a kind changed, wherever it is used. */
const changed = (region: LoopRegion, kind: Kind, change: (op: LoopOp) => Partial<LoopOp>): LoopRegion => {
  const made: Array<LoopOp> = []
  const target = region.ops.findIndex((op) => op.action.kind === kind)
  const swap = (op: LoopOp): LoopOp => made[op.id] ?? op
  for (const op of region.ops) {
    const copy = { ...op, inputs: op.inputs.map(swap) }
    made.push(op.id === target ? { ...copy, ...change(copy) } : copy)
  }
  return {
    ops: made,
    inputs: region.inputs.map(swap),
    results: region.results.map(swap),
    effects: region.effects.map(swap)
  }
}

/** An operation with other parameters of its action. */
const having = (params: object) => ({ action }: LoopOp): Partial<LoopOp> => ({
  action: { ...action, ...params } as Action
})

const x = np.zeros([2, 3])
const ints = np.zeros([2], { dtype: "int32" })
const scalar = np.array(0, { dtype: "int32" })
const image = np.zeros([1, 4, 6, 6])

const sum = decomposed((a, b) => np.sum(np.add(np.sin(a!), b!), { axis: 1 }), x, x)
const views = decomposed(
  (a) => [np.flip(np.transpose(a!)), np.ravel(a!), np.broadcastTo(a!, [4, 2, 3]), Lax.slice(a!, [0, 1], [2, 3])],
  x
)
const counted = decomposed(() => Lax.iota("int32", 4))
const padded = decomposed((a) => Lax.pad(a!, np.array(0), [[1, 1, 0], [0, 0, 1]]), x)
const joined = decomposed((a, b) => np.concatenate([a!, b!]), x, x)
const slices = decomposed(
  (a, i) => Lax.dynamicUpdateSlice(a!, Lax.dynamicSlice(a!, [i!, i!], [1, 2]), [i!, i!]),
  x,
  scalar
)
const gathered = decomposed((a, i) => np.take(a!, i!, { axis: 0, mode: "clip" }), x, ints)
const scattered = decomposed((a, i) => np.at(a!, i!).add(1), x, ints)
const product = decomposed((a, b) => np.matmul(a!, b!), x, np.zeros([3, 5]))
const convolved = decomposed(
  (a, w) => Lax.convGeneralDilated(a!, w!, [1, 1], [[1, 1], [1, 1]]),
  image,
  np.zeros([2, 4, 3, 3])
)
const sorted = decomposed((a) => Lax.sort([a!, a!], { dimension: 1, numKeys: 1 }), x)
const running = decomposed((a) => np.cumsum(a!, { axis: 1 }), x)
const scan = decomposed((c, xs) => Lax.scan((s: X, y: X) => [np.add(s, y), y] as const, c!, xs!), np.zeros([3]), x)
const loop = decomposed((a) => Lax.whileLoop((s: X) => np.less(s, 9), (s: X) => np.add(s, 1), a!), np.array(0))
const cond = decomposed(
  (p, a) => Lax.cond(p!, (y: X) => [np.sin(y), y], (y: X) => [np.cos(y), y], a!),
  np.array(true),
  x
)
const callback = decomposed((a) => Debug.print(a!), x)
const all = [
  sum,
  views,
  counted,
  padded,
  joined,
  slices,
  gathered,
  scattered,
  product,
  convolved,
  sorted,
  running,
  scan,
  loop,
  cond,
  callback
]

describe("checkLoopRegion", () => {
  it("finds nothing wrong with what decomposition gives", () => {
    expect(all.flatMap(problems)).toEqual([])
  })

  const broken: ReadonlyArray<readonly [rule: string, region: LoopRegion, problem: string]> = [
    ["ids are positions", { ...sum, ops: sum.ops.toReversed() }, "operation 0 (reduce): has the id"],
    [
      "operands are computed before",
      changed(sum, "map", (op) => ({ inputs: [{ ...op, id: op.id + 1 }] })),
      "(map): operand 0 is not computed before it"
    ],
    [
      "operands are of the region",
      { ...sum, ops: sum.ops.map((op) => ({ ...op })) },
      "operand 0 is not computed before it"
    ],
    ["results are of the region", { ...sum, results: views.results }, "result 0 is not among the operations"],
    ["inputs are of the region", { ...sum, inputs: views.inputs }, "input 0 is not among the operations"],
    [
      "sizes are those of shapes",
      changed(sum, "map", () => ({ size: 7 })),
      "(map): has the shape [2,3] and 7 elements"
    ],
    [
      "no complex values",
      changed(sum, "map", () => ({ dtype: "complex64" })),
      "is complex64, of which there are no lanes"
    ],
    ["effects are callbacks", { ...sum, effects: [sum.ops[0]!] }, "an effect is not a callback"],
    ["inputs have their number", changed(sum, "input", having({ index: 1 })), "(input): is not input 1"],
    ["literals are of their dtype", changed(scattered, "literal", having({ value: 0.1 })), "0.1 is not a value of"],
    [
      "operations have as many operands as they take",
      changed(sum, "map", ({ inputs: [a] }) => ({ inputs: [a!, a!] })),
      "(map): 2 operands, expected 1"
    ],
    [
      "elementwise operands have the shape of the result",
      changed(sum, "map", () => ({ shape: [3, 2] })),
      "(map): an operand has the shape [2,3], expected [3,2]"
    ],
    [
      "elementwise results have the right dtype",
      changed(sum, "map", () => ({ dtype: "int32" })),
      "gives int32 of float32"
    ],
    [
      "elementwise operations exist for the dtype",
      changed(sum, "map", having({ op: "clz" })),
      "(map): has no meaning for float32"
    ],
    ["conversions convert", changed(sum, "map", having({ op: "convert" })), "converts to the dtype it has"],
    ["copies keep the dtype", changed(joined, "map", () => ({ dtype: "int32" })), "copies float32 to int32"],
    [
      "transpositions permute",
      changed(views, "transpose", having({ permutation: [0, 0] })),
      "[0,0] is not a permutation of the axes of f32[2,3]"
    ],
    [
      "transposed shapes follow",
      changed(views, "transpose", having({ permutation: [0, 1] })),
      "(transpose): its result has the shape [3,2], expected [2,3]"
    ],
    ["reversed axes exist", changed(views, "rev", having({ dimensions: [2] })), "(rev): reverses axes [2]"],
    [
      "reshapes keep elements",
      changed(views, "reshape", () => ({ shape: [5], size: 5 })),
      "(reshape): reshapes f32[2,3] to f32[5]"
    ],
    [
      "broadcasts keep extents",
      changed(views, "broadcast", having({ dimensions: [0, 1] })),
      "(broadcast): broadcasts f32[2,3] along [0,1] to f32[4,2,3]"
    ],
    [
      "slices are inside",
      changed(views, "slice", having({ starts: [0, 2] })),
      "(slice): takes f32[2,2] from [0,2] by [1,1] of f32[2,3]"
    ],
    ["coordinates count along an axis", changed(counted, "iota", having({ axis: 1 })), "counts along axis 1 of i32[4]"],
    [
      "fillers are scalars of the dtype",
      changed(padded, "pad", ({ inputs: [a] }) => ({ inputs: [a!, a!] })),
      "its filler is"
    ],
    [
      "padding is given for every axis",
      changed(padded, "pad", having({ low: [1] })),
      "(pad): pads f32[2,3] to f32[4,5]"
    ],
    [
      "joined arrays have the length of the whole",
      changed(joined, "concatenate", ({ inputs: [a] }) => ({ inputs: [a!] })),
      "(concatenate): joins 2 elements along axis 0 to f32[4,3]"
    ],
    [
      "joined arrays are copies",
      changed(joined, "map", having({ op: "neg" })),
      "(concatenate): an operand is not a copy of its own"
    ],
    [
      "starts are int32 scalars",
      changed(slices, "dynamicSlice", ({ inputs: [a, i] }) => ({ inputs: [a!, i!, a!] })),
      "(dynamicSlice): starts 1 is f32[2,3], expected i32[]"
    ],
    [
      "slices are not longer than arrays",
      changed(slices, "dynamicSlice", () => ({ shape: [1, 4], size: 4 })),
      "(dynamicSlice): takes f32[1,4] of f32[2,3]"
    ],
    [
      "updates are not longer than arrays",
      changed(slices, "dynamicUpdateSlice", ({ inputs: [a, u, ...i] }) => ({
        inputs: [u!, a!, ...i],
        shape: [1, 2],
        size: 2
      })),
      "(dynamicUpdateSlice): updates f32[1,2] with f32[2,3]"
    ],
    [
      "windows are not longer than arrays",
      changed(gathered, "gather", having({ sliceSizes: [1, 4] })),
      "(gather): windows [1,4] of an array f32[2,3]"
    ],
    ["fillers are of the dtype", changed(gathered, "gather", having({ fill: true })), "(gather): fills with true"],
    [
      "indices are int32",
      changed(gathered, "gather", ({ inputs: [a] }) => ({ inputs: [a!, a!] })),
      "(gather): its indices is float32, expected int32"
    ],
    [
      "updates have the dtype of the array",
      changed(scattered, "scatter", ({ inputs: [a, i] }) => ({ inputs: [a!, i!, i!] })),
      "(scatter): its updates is int32, expected float32"
    ],
    ["reduced axes exist", changed(sum, "reduce", having({ axes: [2] })), "(reduce): reduces f32[2,3] along [2]"],
    [
      "reductions leave the other axes",
      changed(sum, "reduce", having({ axes: [0] })),
      "(reduce): its result has the shape [2], expected [3]"
    ],
    ["combiners have a meaning", changed(sum, "reduce", having({ combiner: "and" })), "and has no meaning for float32"],
    [
      "positions of extremes are int32",
      changed(sum, "reduce", having({ combiner: "argmax" })),
      "(reduce): its result is float32, expected int32"
    ],
    [
      "contractions sum over one length",
      changed(product, "contract", ({ inputs: [a] }) => ({ inputs: [a!, a!] })),
      "(contract): its right operand has the shape [2,3], expected [5,3]"
    ],
    [
      "operands of contractions have the dtype that is told",
      changed(product, "contract", having({ operandDtype: "float16" })),
      "(contract): its left operand is float32, expected float16"
    ],
    [
      "groups divide features",
      changed(convolved, "convolve", having({ groups: 3 })),
      "(convolve): convolves f32[1,4,6,6] with f32[2,4,3,3] in 3 groups"
    ],
    [
      "windows have strides for every axis",
      changed(convolved, "convolve", having({ strides: [1] })),
      "(convolve): convolves f32[1,4,6,6] with f32[2,4,3,3] to"
    ],
    [
      "routines take what they ask for",
      changed(running, "routine", ({ inputs: [a] }) => ({ inputs: [a!, a!] })),
      "(routine): cumulative of f32[2,3], f32[2,3]"
    ],
    ["further results exist", changed(sorted, "output", having({ which: 2 })), "(output): is result 2 of 2"],
    [
      "a loop walks along arrays as long as it has steps",
      changed(scan, "while", having({ steps: 5 })),
      "(while): walks along f32[2,3] to f32[2,3] in 5 steps"
    ],
    [
      "a loop without a condition has steps",
      changed(loop, "while", having({ condition: null })),
      "(while): condition null of 2 carries, null steps"
    ],
    [
      "the body takes what the loop hands in",
      changed(scan, "while", ({ inputs: [a] }) => ({ inputs: [a!, a!, a!] })),
      "(while): 3 operands, expected 2"
    ],
    [
      "regions inside obey the rules",
      changed(scan, "while", (op) => ({
        action: op.action.kind === "while" ? { ...op.action, body: { ...op.action.body, operations: [] } } : op.action
      })),
      "(while): its body: result 0, f32[3], is used before it is computed"
    ],
    [
      "the index of a case is an int32",
      changed(cond, "case", ({ inputs: [, a] }) => ({ inputs: [a!, a!] })),
      "(case): its index is f32[2,3], expected i32[]"
    ],
    [
      "callbacks are numbers",
      changed(callback, "callback", having({ callback: 0.5 })),
      "(callback): calls callback 0.5"
    ]
  ]

  it.each(broken)("%s", (_, region, problem) => {
    expect(problems(region).join("\n")).toContain(problem)
  })

  it("has a case for every kind of operation", () => {
    const kinds = new Set(all.flatMap(({ ops }) => ops.map(({ action }) => action.kind)))
    // an update in place is made while loop operations are fused
    expect([...kinds, "updateSlice"].toSorted()).toEqual([
      "broadcast",
      "callback",
      "case",
      "concatenate",
      "contract",
      "convolve",
      "dynamicSlice",
      "dynamicUpdateSlice",
      "gather",
      "input",
      "iota",
      "literal",
      "map",
      "output",
      "pad",
      "reduce",
      "reshape",
      "rev",
      "routine",
      "scatter",
      "slice",
      "transpose",
      "updateSlice",
      "while"
    ])
  })
})
