/**
 * The rules of single kernels.
 */
import type { DType } from "effax/DType"
import type {
  Body,
  Branch,
  Buffer,
  BufferId,
  Contract,
  Convolve,
  Cumulative,
  HostCall,
  Kernel,
  Loop,
  Plan,
  Reduce,
  Repeat,
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

/** Inputs or outputs of a nested Plan are what the kernel hands in. */
const checkNested = (
  what: string,
  nested: Plan,
  inner: ReadonlyArray<BufferId>,
  outer: ReadonlyArray<BufferId>,
  { buffers }: Plan,
  report: Report,
  /** The shape of one of several slices of the outer buffer. */
  slices = new Map<number, number>()
): void => {
  if (inner.length !== outer.length) report(`${outer.length} ${what}, expected ${inner.length}`)
  inner.forEach((b, i) => {
    const { dtype, elements } = nested.buffers[b]!
    if (outer[i] !== undefined) {
      checkWhole(`${what} ${i}`, buffers[outer[i]], dtype, elements * (slices.get(i) ?? 1), report)
    }
  })
}

const checkDistinct = (buffers: ReadonlyArray<BufferId>, report: Report): void => {
  if (new Set(buffers).size < buffers.length) report("two results in one buffer")
}

const checkRepeat = (kernel: Repeat, plan: Plan, report: Report): void => {
  const { body, carries, condition, constants, slices, stacks, steps } = kernel
  if (steps === null ? condition === null : !Number.isInteger(steps) || steps < 1) report(`${steps} steps`)
  if (condition !== null && (slices.length > 0 || stacks.length > 0)) report("slices of a loop with a condition")
  if (condition !== null) {
    checkWhole("condition", plan.buffers[carries[condition]?.result ?? -1], "bool", 1, report)
  }
  const sliced = (from: number, count: number): Map<number, number> =>
    new Map(Array.from({ length: count }, (_, i) => [from + i, steps ?? 1]))
  const initial = [...constants, ...carries.map((c) => c.initial), ...slices]
  const inSlices = sliced(constants.length + carries.length, slices.length)
  checkNested("inputs", body, body.inputs, initial, plan, report, inSlices)
  const results = [...carries.map((c) => c.result), ...stacks]
  checkNested("outputs", body, body.outputs, results, plan, report, sliced(carries.length, stacks.length))
  carries.forEach(({ spare }, i) => {
    const own = body.outputs[i]!
    if (spare !== null) checkNested(`spare room ${i}`, body, [own], [spare], plan, report)
    if ((spare === null) !== (own === body.inputs[constants.length + i])) {
      report(`carry ${i} is in place or has spare room`)
    }
  })
  const spares = carries.flatMap((c) => c.spare ?? [])
  checkDistinct([...results, ...spares], report)
  carries.forEach((c) => {
    const own = c.spare === null && c.initial === c.result ? 1 : 0
    if (initial.filter((b) => b === c.result).length !== own) report("writes what it reads")
  })
  if ([...stacks, ...spares].some((b) => initial.includes(b))) report("writes what it reads")
}

const checkBranch = (kernel: Branch, plan: Plan, report: Report): void => {
  const { branches, index, inputs, outputs } = kernel
  checkWhole("index", plan.buffers[index], "int32", 1, report)
  if (branches.length === 0) report("no branches")
  branches.forEach((branch, i) => {
    checkNested(`inputs of branch ${i}`, branch, branch.inputs, inputs, plan, report)
    checkNested(`outputs of branch ${i}`, branch, branch.outputs, outputs, plan, report)
  })
  checkDistinct(outputs, report)
  outputs.forEach((b, k) => {
    const at = inputs.indexOf(b)
    if (b === index || at >= 0 && inputs.includes(b, at + 1)) report("writes what it reads")
    for (const branch of branches) {
      if (branch.inputs.indexOf(branch.outputs[k]!) !== at) report(`output ${k} is in place, or it is not`)
    }
  })
}

const checkHostCall = ({ callback, inputs, outputs }: HostCall, report: Report): void => {
  if (!Number.isInteger(callback) || callback < 0) report(`callback ${callback}`)
  checkDistinct(outputs, report)
  if (outputs.some((b) => inputs.includes(b))) report("writes what it reads")
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
    case "repeat":
      return checkRepeat(kernel, plan, report)
    case "branch":
      return checkBranch(kernel, plan, report)
    case "hostCall":
      return checkHostCall(kernel, report)
  }
}
