/**
 * The rules of single kernels.
 */
import type { DType } from "effax/DType"
import type {
  Body,
  Buffer,
  Contract,
  Convolve,
  Cumulative,
  Kernel,
  Loop,
  Plan,
  Reduce,
  Scatter,
  Sort,
  Store
} from "../../Plan.ts"
import { checkAffine, checkBody, checkStores, loadedBuffers, type Report } from "./body.ts"
import { intervals } from "./intervals.ts"
import { pointsOf, positions, sameAffine } from "./space.ts"

/** Stores to one buffer must not meet. */
const checkDisjoint = (stores: ReadonlyArray<Store>, space: ReadonlyArray<number>, report: Report): void => {
  const buffers = new Set(stores.map((s) => s.buffer))
  if (buffers.size === stores.length) return
  for (const buffer of buffers) {
    const own = stores.filter((s) => s.buffer === buffer)
    if (own.length === 1) continue
    const all = own.flatMap((s) => positions(s.index, space))
    if (new Set(all).size < all.length) report(`stores to buffer ${buffer} meet`)
  }
}

const checkDimensions = (name: string, extents: ReadonlyArray<number>, report: Report): void => {
  if (extents.some((n) => !Number.isInteger(n) || n < 1)) report(`${name} [${extents.join()}]`)
}

const checkLoop = (kernel: Loop, { buffers }: Plan, report: Report): void => {
  const context = { buffers, space: kernel.space, results: [] }
  checkDimensions("space", kernel.space, report)
  checkBody(kernel.body, context, report)
  checkStores(kernel.stores, kernel.body, context, report)
  checkDisjoint(kernel.stores, kernel.space, report)
  // In place: at the very same position only
  for (const store of kernel.stores) {
    for (const i of kernel.body) {
      if (i.op !== "load" && i.op !== "loadAt" || i.buffer !== store.buffer) continue
      if (i.op === "loadAt" || !sameAffine(i.index, store.index)) report(`stores over what another point loads`)
    }
  }
}

const checkEpilogue = (
  kernel: { readonly epilogue: Body; readonly stores: ReadonlyArray<Store> },
  space: ReadonlyArray<number>,
  results: ReadonlyArray<DType>,
  { buffers }: Plan,
  report: Report
): void => {
  const context = { buffers, space, results }
  checkBody(kernel.epilogue, context, report)
  checkStores(kernel.stores, kernel.epilogue, context, report)
  checkDisjoint(kernel.stores, space, report)
  const loaded = loadedBuffers(kernel.epilogue)
  for (const store of kernel.stores) if (loaded.has(store.buffer)) report("stores to what its epilogue loads")
}

const checkReduce = (kernel: Reduce, plan: Plan, report: Report): void => {
  checkDimensions("kept", kernel.kept, report)
  checkDimensions("reduced", kernel.reduced, report)
  const space = [...kernel.kept, ...kernel.reduced]
  checkBody(kernel.body, { buffers: plan.buffers, space, results: [] }, report)
  const results = kernel.accumulations.map((a): DType => {
    const isArg = a.combiner === "argmax" || a.combiner === "argmin"
    if (kernel.body[a.value]?.dtype !== a.dtype) report(`accumulates ${kernel.body[a.value]?.dtype} as ${a.dtype}`)
    if (isArg && kernel.reduced.length !== 1) report(`${a.combiner} over ${kernel.reduced.length} axes`)
    return isArg ? "int32" : a.dtype
  })
  checkEpilogue(kernel, kernel.kept, results, plan, report)
  const loaded = loadedBuffers(kernel.body)
  for (const store of kernel.stores) if (loaded.has(store.buffer)) report("stores to what its body loads")
}

const checkOperands = (kernel: Contract | Convolve, { buffers }: Plan, report: Report): void => {
  for (const { buffer } of [kernel.lhs, kernel.rhs]) {
    if (buffers[buffer]?.dtype !== kernel.operandDtype) {
      report(`operand of ${buffers[buffer]?.dtype}, expected ${kernel.operandDtype}`)
    }
    if (kernel.stores.some((s) => s.buffer === buffer)) report("stores to an operand")
  }
}

const checkContract = (kernel: Contract, plan: Plan, report: Report): void => {
  const { batch, k, m, n } = kernel
  checkDimensions("space", [...batch, m, n, k], report)
  checkOperands(kernel, plan, report)
  checkAffine("lhs", kernel.lhs.index, [...batch, m, k], plan.buffers[kernel.lhs.buffer], report)
  checkAffine("rhs", kernel.rhs.index, [...batch, k, n], plan.buffers[kernel.rhs.buffer], report)
  checkEpilogue(kernel, [...batch, m, n], [kernel.dtype], plan, report)
}

const checkConvolve = (kernel: Convolve, plan: Plan, report: Report): void => {
  const { batch, channels, features, groups, input, output, window } = kernel
  checkDimensions("space", [batch, features, groups, channels, ...input, ...window, ...output], report)
  const rank = output.length
  for (const list of [input, window, kernel.strides, kernel.low, kernel.lhsDilation, kernel.rhsDilation]) {
    if (list.length !== rank) report(`${list.length} entries for ${rank} spatial axes`)
  }
  if (features % groups !== 0) report(`${features} features in ${groups} groups`)
  checkOperands(kernel, plan, report)
  const lhs = [batch, groups * channels, ...input]
  checkAffine("lhs", kernel.lhs.index, lhs, plan.buffers[kernel.lhs.buffer], report)
  checkAffine("rhs", kernel.rhs.index, [features, channels, ...window], plan.buffers[kernel.rhs.buffer], report)
  checkEpilogue(kernel, [batch, features, ...output], [kernel.dtype], plan, report)
}

const checkScatter = (kernel: Scatter, { buffers }: Plan, report: Report): void => {
  checkDimensions("space", kernel.space, report)
  checkBody(kernel.body, { buffers, space: kernel.space, results: [] }, report)
  const buffer = buffers[kernel.buffer]
  const value = kernel.body[kernel.value]
  if (value?.dtype !== buffer?.dtype) report(`scatters ${value?.dtype} into ${buffer?.dtype}`)
  if (kernel.guard !== undefined && kernel.body[kernel.guard]?.dtype !== "bool") report("a guard that is no bool")
  const [low, high] = intervals(kernel.body, kernel.space)[kernel.at] ?? [-1, -1]
  if (buffer !== undefined && (low < 0 || high >= buffer.elements)) {
    report(`scatters to ${low}..${high} of ${buffer.elements} elements`)
  }
  if (loadedBuffers(kernel.body).has(kernel.buffer)) report("scatters into what it loads")
}

const checkWhole = (
  what: string,
  buffer: Buffer | undefined,
  dtype: DType | undefined,
  elements: number,
  report: Report
) => {
  if (buffer === undefined || buffer.elements !== elements || dtype !== undefined && buffer.dtype !== dtype) {
    report(`${what} is ${buffer?.dtype}[${buffer?.elements}], expected ${dtype ?? ""}[${elements}]`)
  }
}

const checkCumulative = (kernel: Cumulative, { buffers }: Plan, report: Report): void => {
  const elements = pointsOf([kernel.outer, kernel.length, kernel.inner])
  checkWhole("input", buffers[kernel.input], kernel.dtype, elements, report)
  checkWhole("output", buffers[kernel.output], kernel.dtype, elements, report)
  if (kernel.input === kernel.output) report("output is input")
}

const checkSort = (kernel: Sort, { buffers }: Plan, report: Report): void => {
  const elements = pointsOf([kernel.outer, kernel.length, kernel.inner])
  if (kernel.keys < 1 || kernel.keys > kernel.inputs.length) report(`${kernel.keys} keys`)
  kernel.dtypes.forEach((dtype, i) => {
    checkWhole(`input ${i}`, buffers[kernel.inputs[i]!], dtype, elements, report)
    checkWhole(`output ${i}`, buffers[kernel.outputs[i]!], dtype, elements, report)
    if (kernel.inputs.includes(kernel.outputs[i]!)) report(`output ${i} is an input`)
  })
  checkWhole("scratch", buffers[kernel.scratch], "uint32", 2 * elements, report)
}

export const checkKernel = (kernel: Kernel, plan: Plan, report: Report): void => {
  switch (kernel.kind) {
    case "loop":
      return checkLoop(kernel, plan, report)
    case "reduce":
      return checkReduce(kernel, plan, report)
    case "contract":
      return checkContract(kernel, plan, report)
    case "convolve":
      return checkConvolve(kernel, plan, report)
    case "scatter":
      return checkScatter(kernel, plan, report)
    case "cumulative":
      return checkCumulative(kernel, plan, report)
    case "sort":
      return checkSort(kernel, plan, report)
  }
}
