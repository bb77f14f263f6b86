/**
 * The rules of loop operations: each comes after its operands, whose dtypes, shapes and number are those that its kind
 * takes, and reads no element that is not there.
 */
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"
import { size } from "effax/Shape"
import { computesOn, isScalarOp, scalarOps } from "../../ScalarOp.ts"
import type { Action, Kind, LoopOp, LoopOpOf, LoopRegion } from "../6-decompose/loopOp.ts"
import type { Region, Type } from "../region.ts"
import { routineOf } from "../routines/index.ts"
import { normalize } from "../scalar.ts"
import { laneDTypes, type Report } from "./body.ts"
import { checkReal, checkRegion } from "./region.ts"

type Ints = ReadonlyArray<number>

const text = (type: Type | undefined): string => type === undefined ? "nothing" : Aval.format(type)

const expectType = (what: string, found: Type | undefined, expected: Type, report: Report): void => {
  if (found === undefined || !Aval.sameType(found, expected)) {
    report(`${what} is ${text(found)}, expected ${text(expected)}`)
  }
}

const expectTypes = (what: string, found: ReadonlyArray<Type>, expected: ReadonlyArray<Type>, report: Report): void => {
  if (found.length !== expected.length) report(`${found.length} ${what}, expected ${expected.length}`)
  else expected.forEach((type, i) => expectType(`${what} ${i}`, found[i], type, report))
}

const expectShape = (what: string, { shape }: Type, expected: Ints, report: Report): void => {
  if (!Aval.sameShape(shape, expected)) report(`${what} has the shape [${shape.join()}], expected [${expected.join()}]`)
}

const expectDType = (what: string, { dtype }: Type, expected: DType.DType, report: Report): void => {
  if (dtype !== expected) report(`${what} is ${dtype}, expected ${expected}`)
}

/** Whether axes are distinct axes of an array of so many. */
const areAxes = (axes: Ints, rank: number): boolean =>
  new Set(axes).size === axes.length && axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank)

const without = (shape: Ints, axes: Ints): Ints => shape.filter((_, d) => !axes.includes(d))

/** Whether an elementwise operation takes such operands to such a result. */
const mapProblem = (op: LoopOpOf<"map">): string | undefined => {
  const name = op.action.op
  const dtypes = op.inputs.map((x) => x.dtype)
  const [first] = dtypes
  if (name === "copy") return first === op.dtype ? undefined : `copies ${first} to ${op.dtype}`
  if (name === "convert") return first === op.dtype ? "converts to the dtype it has" : undefined
  if (name === "bitcast") {
    return DType.itemSize(first!) === DType.itemSize(op.dtype) ? undefined : `takes ${first} for ${op.dtype}`
  }
  if (name === "select") {
    return first === "bool" && dtypes[1] === op.dtype && dtypes[2] === op.dtype
      ? undefined
      : `selects of ${dtypes.join()}`
  }
  if (dtypes.some((dtype) => dtype !== first)) return `operands are ${dtypes.join()}`
  if (!laneDTypes.has(first!) || !computesOn(name, first!)) return `has no meaning for ${first}`
  const result = scalarOps[name].predicate ? "bool" : first
  return op.dtype === result ? undefined : `gives ${op.dtype} of ${first}`
}

const arityOf = ({ action: { op } }: LoopOpOf<"map">): number =>
  isScalarOp(op) ? scalarOps[op].arity : op === "select" ? 3 : 1

/** A view: elements of its one operand, in the operand's dtype. */
const checkView = (op: LoopOp, report: Report): LoopOp | undefined => {
  const [x] = op.inputs
  if (op.inputs.length !== 1) report(`${op.inputs.length} operands, expected 1`)
  if (x !== undefined) expectDType("its result", op, x.dtype, report)
  return x
}

/** An int32 scalar for every axis. */
const checkStarts = (starts: ReadonlyArray<LoopOp>, rank: number, report: Report): void =>
  expectTypes("starts", starts, Array.from({ length: rank }, (): Type => ({ dtype: "int32", shape: [] })), report)

/** The update of a slice: at most as long as the array along every axis. */
const checkUpdate = (op: LoopOp, report: Report): void => {
  const [x, update, ...starts] = op.inputs
  if (x === undefined || update === undefined) return report("has no update")
  expectType("its result", op, x, report)
  expectDType("its update", update, x.dtype, report)
  if (update.shape.length !== x.shape.length || update.shape.some((n, d) => n > x.shape[d]!)) {
    report(`updates ${text(x)} with ${text(update)}`)
  }
  checkStarts(starts, x.shape.length, report)
}

/** Windows of an array at computed positions: `batch` is the shape of the index vectors' array without its last axis. */
const checkWindows = (
  options: {
    readonly array: LoopOp
    readonly indices: LoopOp
    /** The gathered result, or the updates. */
    readonly windows: LoopOp
    readonly windowDims: Ints
    readonly collapsedDims: Ints
    readonly batchingDims: Ints
    readonly startDims: Ints
    readonly sizes: Ints
  },
  report: Report
): void => {
  const { array, batchingDims, collapsedDims, indices, sizes, startDims, windowDims, windows } = options
  const rank = array.shape.length
  expectDType("its indices", indices, "int32", report)
  if (
    !areAxes(windowDims, windows.shape.length) || !areAxes(startDims, rank) ||
    !areAxes([...collapsedDims, ...batchingDims], rank)
  ) {
    report("names axes that are not there")
    return
  }
  if (indices.shape.at(-1) !== startDims.length) {
    report(`index vectors of ${indices.shape.at(-1)}, expected ${startDims.length}`)
  }
  if (sizes.length !== rank || sizes.some((n, d) => n < 0 || n > array.shape[d]!)) {
    report(`windows [${sizes.join()}] of an array ${text(array)}`)
  }
  const inWindow = without(sizes, [...collapsedDims, ...batchingDims])
  expectShape(
    "the part of a window",
    { dtype: windows.dtype, shape: windowDims.map((d) => windows.shape[d]!) },
    inWindow,
    report
  )
  expectShape(
    "the batch",
    { dtype: windows.dtype, shape: without(windows.shape, windowDims) },
    indices.shape.slice(0, -1),
    report
  )
}

const checkNested = (name: string, region: Region, report: Report): void => {
  const nested: Report = (problem) => report(`${name}: ${problem}`)
  checkRegion(region, nested)
  checkReal(region, nested)
}

/** The first result stands for the operation. */
const checkFirst = (op: LoopOp, results: ReadonlyArray<Type>, report: Report): void => {
  if (results.length > 0) expectType("its first result", op, results[0]!, report)
}

type Check<K extends Kind> = (op: LoopOpOf<K>, report: Report, region: LoopRegion) => void

const checks: { readonly [K in Kind]: Check<K> } = {
  input: (op, report, { inputs }) => {
    if (inputs[op.action.index] !== op) report(`is not input ${op.action.index}`)
  },
  literal: (op, report) => {
    const { value } = op.action
    expectShape("a literal", op, [], report)
    if (!Object.is(normalize(value, op.dtype), value)) report(`${String(value)} is not a value of ${op.dtype}`)
  },
  map: (op, report) => {
    const arity = arityOf(op)
    if (op.inputs.length !== arity) return report(`${op.inputs.length} operands, expected ${arity}`)
    for (const x of op.inputs) if (x.shape.length > 0) expectShape("an operand", x, op.shape, report)
    if (op.shape.length > 0 && !op.inputs.some((x) => x.shape.length > 0)) report(`gives ${text(op)} of scalars`)
    const problem = mapProblem(op)
    if (problem !== undefined) report(problem)
  },
  reshape: (op, report) => {
    const x = checkView(op, report)
    if (x !== undefined && x.size !== op.size) report(`reshapes ${text(x)} to ${text(op)}`)
  },
  transpose: (op, report) => {
    const { permutation } = op.action
    const x = checkView(op, report)
    if (x === undefined) return
    if (permutation.length !== x.shape.length || !areAxes(permutation, x.shape.length)) {
      report(`[${permutation.join()}] is not a permutation of the axes of ${text(x)}`)
    } else expectShape("its result", op, permutation.map((p) => x.shape[p]!), report)
  },
  broadcast: (op, report) => {
    const { dimensions } = op.action
    const x = checkView(op, report)
    const fits = x === undefined || dimensions.length === x.shape.length && areAxes(dimensions, op.shape.length) &&
        dimensions.every((d, i) => x.shape[i] === 1 || x.shape[i] === op.shape[d])
    if (!fits) report(`broadcasts ${text(x)} along [${dimensions.join()}] to ${text(op)}`)
  },
  slice: (op, report) => {
    const { starts, steps } = op.action
    const x = checkView(op, report)
    if (x === undefined) return
    const rank = x.shape.length
    const isInside = starts.length === rank && steps.length === rank && op.shape.length === rank &&
      op.shape.every((n, d) => {
        const last = starts[d]! + (n - 1) * steps[d]!
        return n === 0 || Math.min(starts[d]!, last) >= 0 && Math.max(starts[d]!, last) < x.shape[d]!
      })
    if (!isInside) report(`takes ${text(op)} from [${starts.join()}] by [${steps.join()}] of ${text(x)}`)
  },
  rev: (op, report) => {
    const x = checkView(op, report)
    if (x !== undefined) expectShape("its result", op, x.shape, report)
    if (!areAxes(op.action.dimensions, op.shape.length)) report(`reverses axes [${op.action.dimensions.join()}]`)
  },
  iota: (op, report) => {
    expectDType("its result", op, "int32", report)
    if (!areAxes([op.action.axis], op.shape.length)) report(`counts along axis ${op.action.axis} of ${text(op)}`)
    if (op.inputs.length > 0) report(`${op.inputs.length} operands, expected none`)
  },
  pad: (op, report) => {
    const { interior, low } = op.action
    const [x, value] = op.inputs
    if (x === undefined || op.inputs.length !== 2) return report(`${op.inputs.length} operands, expected 2`)
    expectDType("its result", op, x.dtype, report)
    expectType("its filler", value, { dtype: x.dtype, shape: [] }, report)
    const rank = x.shape.length
    if (low.length !== rank || interior.length !== rank || op.shape.length !== rank || interior.some((n) => n < 0)) {
      report(`pads ${text(x)} to ${text(op)}`)
    }
  },
  concatenate: (op, report) => {
    const { axis } = op.action
    for (const x of op.inputs) {
      expectDType("an operand", x, op.dtype, report)
      expectShape("an operand", x, op.shape.map((n, d) => d === axis ? x.shape[d]! : n), report)
      if (x.action.kind !== "map" || x.action.op !== "copy") report("an operand is not a copy of its own")
    }
    const length = op.inputs.reduce((sum, x) => sum + x.shape[axis]!, 0)
    if (length !== op.shape[axis]) report(`joins ${length} elements along axis ${axis} to ${text(op)}`)
  },
  dynamicSlice: (op, report) => {
    const [x, ...starts] = op.inputs
    if (x === undefined) return report("has no operand")
    expectDType("its result", op, x.dtype, report)
    if (op.shape.length !== x.shape.length || op.shape.some((n, d) => n > x.shape[d]!)) {
      report(`takes ${text(op)} of ${text(x)}`)
    }
    checkStarts(starts, x.shape.length, report)
  },
  dynamicUpdateSlice: checkUpdate,
  updateSlice: checkUpdate,
  gather: (op, report) => {
    const { dimensions, fill, sliceSizes } = op.action
    const [x, indices] = op.inputs
    if (x === undefined || indices === undefined) return report("has no indices")
    expectDType("its result", op, x.dtype, report)
    if (fill !== undefined && !Object.is(normalize(fill, op.dtype), fill)) report(`fills with ${String(fill)}`)
    checkWindows({
      array: x,
      indices,
      windows: op,
      windowDims: dimensions.offsetDims,
      collapsedDims: dimensions.collapsedSliceDims,
      batchingDims: dimensions.operandBatchingDims,
      startDims: dimensions.startIndexMap,
      sizes: sliceSizes
    }, report)
  },
  scatter: (op, report) => {
    const { dimensions } = op.action
    const [x, indices, updates] = op.inputs
    if (x === undefined || indices === undefined || updates === undefined) return report("has no updates")
    expectType("its result", op, x, report)
    expectDType("its updates", updates, x.dtype, report)
    const collapsed = [...dimensions.insertedWindowDims, ...dimensions.operandBatchingDims]
    let window = 0
    checkWindows({
      array: x,
      indices,
      windows: updates,
      windowDims: dimensions.updateWindowDims,
      collapsedDims: dimensions.insertedWindowDims,
      batchingDims: dimensions.operandBatchingDims,
      startDims: dimensions.scatterDimsToOperandDims,
      sizes: x.shape.map((_, d) =>
        collapsed.includes(d) ? 1 : updates.shape[dimensions.updateWindowDims[window++] ?? -1] ?? 0
      )
    }, report)
  },
  reduce: (op, report) => {
    const { axes, combiner } = op.action
    const [x] = op.inputs
    if (x === undefined || op.inputs.length !== 1) return report(`${op.inputs.length} operands, expected 1`)
    const isArg = combiner === "argmax" || combiner === "argmin"
    if (!areAxes(axes, x.shape.length) || isArg && axes.length !== 1) {
      report(`reduces ${text(x)} along [${axes.join()}]`)
    } else expectShape("its result", op, without(x.shape, axes), report)
    expectDType("its result", op, isArg ? "int32" : x.dtype, report)
    if (!laneDTypes.has(x.dtype)) report(`combines ${x.dtype}`)
    else if (!isArg && !computesOn(combiner, x.dtype)) report(`${combiner} has no meaning for ${x.dtype}`)
  },
  contract: (op, report) => {
    const { axes: { batch, m, n }, operandDtype } = op.action
    const [lhs, rhs] = op.inputs
    if (lhs === undefined || rhs === undefined) return report("has no two operands")
    expectDType("its left operand", lhs, operandDtype, report)
    expectDType("its right operand", rhs, operandDtype, report)
    const depth = lhs.shape.at(-1) ?? 0
    expectShape("its left operand", lhs, [...op.shape.slice(0, batch + m), depth], report)
    expectShape("its right operand", rhs, [...op.shape.slice(0, batch), ...op.shape.slice(batch + m), depth], report)
    if (op.shape.length !== batch + m + n) report(`gives ${text(op)}, expected ${batch + m + n} axes`)
  },
  convolve: (op, report) => {
    const { groups, lhsDilation, low, operandDtype, rhsDilation, strides } = op.action
    const [x, kernel] = op.inputs
    if (x === undefined || kernel === undefined) return report("has no two operands")
    expectDType("its left operand", x, operandDtype, report)
    expectDType("its right operand", kernel, operandDtype, report)
    const rank = op.shape.length
    if (
      [x, kernel].some(({ shape }) => shape.length !== rank) ||
      [lhsDilation, low, rhsDilation, strides].some((list) => list.length !== rank - 2)
    ) {
      return report(`convolves ${text(x)} with ${text(kernel)} to ${text(op)}`)
    }
    expectShape("its result", op, [x.shape[0]!, kernel.shape[0]!, ...op.shape.slice(2)], report)
    if (x.shape[1] !== groups * kernel.shape[1]! || kernel.shape[0]! % groups !== 0) {
      report(`convolves ${text(x)} with ${text(kernel)} in ${groups} groups`)
    }
  },
  routine: (op, report) => {
    const { params, results, routine } = op.action
    const { inputs, outputs } = routineOf(routine).operands(params)
    const fits = (types: ReadonlyArray<Type>, operands: typeof inputs): boolean =>
      types.length === operands.length &&
      types.every(({ dtype, shape }, i) => dtype === operands[i]!.dtype && size(shape) === operands[i]!.elements)
    if (!fits(op.inputs, inputs)) report(`${routine} of ${Aval.formatAll(op.inputs)}`)
    if (!fits(results, outputs)) report(`${routine} gives ${Aval.formatAll(results)}`)
    routineOf(routine).problems(params).forEach(report)
    checkFirst(op, results, report)
  },
  while: (op, report) => {
    const { body, carries, condition, constants, results, steps } = op.action
    const rowOf = ({ dtype, shape }: Type): Type => ({ dtype, shape: shape.slice(1) })
    const arrays = op.inputs.slice(constants + carries)
    if (condition !== null && (condition < 0 || condition >= carries) || condition === null && steps === null) {
      report(`condition ${condition} of ${carries} carries, ${steps} steps`)
    }
    if ([...arrays, ...results.slice(carries)].some(({ shape }) => shape[0] !== steps)) {
      report(`walks along ${Aval.formatAll(arrays)} to ${Aval.formatAll(results.slice(carries))} in ${steps} steps`)
    }
    expectTypes("operands", [...op.inputs.slice(0, constants + carries), ...arrays.map(rowOf)], body.inputs, report)
    expectTypes("results", [...results.slice(0, carries), ...results.slice(carries).map(rowOf)], body.results, report)
    expectTypes("carries", op.inputs.slice(constants, constants + carries), results.slice(0, carries), report)
    checkFirst(op, results, report)
    checkNested("its body", body, report)
  },
  case: (op, report) => {
    const { branches, results } = op.action
    const [index, ...operands] = op.inputs
    expectType("its index", index, { dtype: "int32", shape: [] }, report)
    branches.forEach((branch, i) => {
      expectTypes(`operands of branch ${i}`, operands, branch.inputs, report)
      expectTypes(`results of branch ${i}`, results, branch.results, report)
      checkNested(`branch ${i}`, branch, report)
    })
    checkFirst(op, results, report)
  },
  callback: (op, report) => {
    const { callback, results } = op.action
    if (!Number.isInteger(callback) || callback < 0) report(`calls callback ${callback}`)
    checkFirst(op, results, report)
  },
  output: (op, report) => {
    const [first] = op.inputs
    const results: ReadonlyArray<Type> = first !== undefined && "results" in first.action ? first.action.results : []
    const type = results[op.action.which]
    if (type === undefined || op.action.which < 1) report(`is result ${op.action.which} of ${results.length}`)
    else expectType("it", op, type, report)
  }
}

const checkOf = <K extends Action["kind"]>(kind: K): Check<K> => checks[kind] as Check<K>

/** Reports every rule that loop operations break. */
export const checkLoopRegion = (region: LoopRegion, report: Report): void => {
  const { effects, inputs, ops, results } = region
  const isHere = (op: LoopOp): boolean => ops[op.id] === op
  ops.forEach((op, i) => {
    const problem: Report = (found) => report(`operation ${i} (${op.action.kind}): ${found}`)
    if (op.id !== i) problem(`has the id ${op.id}`)
    if (!op.shape.every((n) => Number.isSafeInteger(n) && n >= 0) || size(op.shape) !== op.size) {
      problem(`has the shape [${op.shape.join()}] and ${op.size} elements`)
    }
    if (!DType.isDType(op.dtype) || DType.isComplex(op.dtype)) {
      problem(`is ${String(op.dtype)}, of which there are no lanes`)
    }
    const early = op.inputs.findIndex((x) => !isHere(x) || x.id >= i)
    if (early >= 0) problem(`operand ${early} is not computed before it`)
    else checkOf(op.action.kind)(op as LoopOpOf<typeof op.action.kind>, problem, region)
  })
  inputs.forEach((op, i) => {
    if (op.action.kind !== "input" || op.action.index !== i || !isHere(op)) {
      report(`input ${i} is not among the operations`)
    }
  })
  results.forEach((op, i) => {
    if (!isHere(op)) report(`result ${i} is not among the operations`)
  })
  for (const op of effects) if (!isHere(op) || op.action.kind !== "callback") report("an effect is not a callback")
}
