/**
 * The code of contractions: batched matrix products with any strides, and their epilogues.
 */
import type { Affine, Contract, Store } from "@effax/compiler/Plan"
import { itemSize } from "effax/DType"
import { i32, type Local, type Value } from "../assembler/index.ts"
import { convertedOperand } from "./convertedOperand.ts"
import { accumulators, emitWithoutTerms, remainingStores } from "./epilogue.ts"
import { emitGemmUnit, type Gemm, gemmCost, type GemmShape, planGemm } from "./gemm.ts"
import { bufferAddress, type EmitKernel, type KernelFunction, type ModuleContext, unitFunction } from "./kernel.ts"
import { emitNest, type Range } from "./nest.ts"
import { isSumDType, tileArithmetic } from "./tileArithmetic.ts"

/** An operand over the kernel's space, plus its stride along k. In elements. */
interface Side {
  readonly buffer: number
  readonly offset: number
  readonly strides: ReadonlyArray<number>
  readonly depth: number
}

/** Which axes of the space the rows and columns of the products run along; the left side does not vary along columns. */
interface Roles {
  readonly row: number
  readonly column: number
  readonly left: Side
  readonly right: Side
  /** The store in whose memory sums are held. */
  readonly held: Store | undefined
}

const sides = (kernel: Contract): { readonly left: Side; readonly right: Side } => {
  const { batch, lhs, rhs } = kernel
  const axes = batch.length
  const leading = (index: Affine): ReadonlyArray<number> => index.strides.slice(0, axes)
  return {
    left: {
      buffer: lhs.buffer,
      offset: lhs.index.offset,
      strides: [...leading(lhs.index), lhs.index.strides[axes]!, 0],
      depth: lhs.index.strides[axes + 1]!
    },
    right: {
      buffer: rhs.buffer,
      offset: rhs.index.offset,
      strides: [...leading(rhs.index), 0, rhs.index.strides[axes + 1]!],
      depth: rhs.index.strides[axes]!
    }
  }
}

/** The longest axis along which one side varies and the other does not, if the given one has no more than one point. */
const longest = (space: ReadonlyArray<number>, axis: number, varies: Side, constant: Side): number =>
  space[axis]! > 1
    ? axis
    : space.reduce(
      (best, size, i) => size > space[best]! && constant.strides[i] === 0 && varies.strides[i] !== 0 ? i : best,
      axis
    )

const roles = (context: ModuleContext, kernel: Contract, space: ReadonlyArray<number>): Roles => {
  const { left, right } = sides(kernel)
  const axes = kernel.batch.length
  const row = longest(space, axes, left, right)
  const column = longest(space, axes + 1, right, left)
  const stores = accumulators(context.plan, kernel)
  const contiguous = (axis: number): Store | undefined =>
    stores.find(({ index }) => space[axis] === 1 || index.strides[axis] === 1)
  const as = { row, column, left, right, held: contiguous(column) }
  const swapped = { row: column, column: row, left: right, right: left, held: contiguous(row) }
  if (space[column] === 1 && space[row]! > 1) return swapped
  if (space[row] === 1 && space[column]! > 1) return as
  return as.held === undefined && swapped.held !== undefined ? swapped : as
}

/** The axes other than rows and columns that have more than one point: one product for each of their points. */
const batchAxes = (space: ReadonlyArray<number>, { column, row }: Roles): ReadonlyArray<number> =>
  space.flatMap((size, axis) => axis === row || axis === column || size === 1 ? [] : [axis])

/** @see Contract */
export const emitContract: EmitKernel<Contract> = (context, kernel) => {
  const { batch, dtype, k: depth, m, n, operandDtype } = kernel
  const space = [...batch, m, n]
  if (space.includes(0)) return { phases: [], scratch: 0 }
  if (depth === 0) return emitWithoutTerms(context, kernel.name, space, kernel)
  if (!isSumDType(dtype)) throw new Error(`contract: sums of dtype ${dtype} are not defined on this backend`)

  const lhs = convertedOperand(
    context,
    `${kernel.name}_lhs`,
    kernel.lhs,
    [...batch, m, depth],
    operandDtype,
    dtype
  )
  const rhs = convertedOperand(
    lhs.context,
    `${kernel.name}_rhs`,
    kernel.rhs,
    [...batch, depth, n],
    operandDtype,
    dtype
  )
  const converted = { ...kernel, lhs: lhs.operand, rhs: rhs.operand }
  const role = roles(rhs.context, converted, space)
  const { column, held, left, right, row } = role
  const bytes = itemSize(dtype)
  const axes = batchAxes(space, role)
  const stride = (elements: number, size: number): number => size === 1 ? 0 : elements * bytes
  const shape: GemmShape = {
    arithmetic: tileArithmetic(dtype, context.options.relaxedSimd),
    batches: axes.reduce((product, axis) => product * space[axis]!, 1),
    rows: space[row]!,
    columns: space[column]!,
    depth,
    lhs: { row: stride(left.strides[row]!, space[row]!), step: stride(left.depth, depth) },
    rhs: { step: stride(right.depth, depth), column: stride(right.strides[column]!, space[column]!) },
    outRow: held === undefined ? undefined : stride(held.index.strides[row]!, space[row]!)
  }
  const gemm = planGemm(shape)
  const unit = unitFunction(
    rhs.context,
    kernel.name,
    (k, index) => emitUnit(k, index, converted, space, role, axes, gemm)
  )
  return {
    phases: [...lhs.phases, ...rhs.phases, { unit, units: gemm.units, cost: gemmCost(gemm) }],
    scratch: gemm.scratch.bytes
  }
}

const emitUnit = (
  k: KernelFunction,
  unit: Local<"i32">,
  kernel: Contract,
  space: ReadonlyArray<number>,
  { column, held, left, right, row }: Roles,
  axes: ReadonlyArray<number>,
  gemm: Gemm
): void => {
  const { f } = k
  const bytes = itemSize(kernel.dtype)
  const leftBase = f.let(base(bufferAddress(k, left.buffer), left.offset * bytes))
  const rightBase = f.let(base(bufferAddress(k, right.buffer), right.offset * bytes))
  const outBase = held === undefined
    ? undefined
    : f.let(base(bufferAddress(k, held.buffer), held.index.offset * bytes))
  const coordinates = new Map<number, Local<"i32">>()

  const locate = (batch: Local<"i32"> | number) => {
    const address = (from: Local<"i32">, strides: ReadonlyArray<number>): Local<"i32"> => {
      if (axes.every((axis) => strides[axis] === 0)) return from
      const at = f.let(i32.add(from, 0))
      for (const axis of axes) {
        if (strides[axis] !== 0) {
          f.set(at, i32.add(at, i32.mul(coordinates.get(axis)!, strides[axis]! * bytes)))
        }
      }
      return at
    }
    if (typeof batch !== "number") {
      const rest = f.let(i32.add(batch, 0))
      for (const [position, axis] of [...axes].reverse().entries()) {
        if (position === axes.length - 1) {
          coordinates.set(axis, rest)
        } else {
          coordinates.set(axis, f.let(i32.remU(rest, space[axis]!)))
          f.set(rest, i32.divU(rest, space[axis]!))
        }
      }
    }
    return {
      lhs: address(leftBase, left.strides),
      rhs: address(rightBase, right.strides),
      out: outBase === undefined ? undefined : address(outBase, held!.index.strides)
    }
  }

  const stores = remainingStores(kernel, held)
  emitGemmUnit(k, gemm, unit, locate, ({ endColumn, endRow, firstColumn, firstRow, pointer, rowBytes }) => {
    if (stores.length === 0) return
    const ranges = space.map((size, axis): Range => {
      if (axis === row && size > 1) return { from: firstRow, to: endRow }
      if (axis === column && size > 1) {
        return size % gemm.width === 0
          ? { from: firstColumn, to: endColumn, multipleOf: gemm.width }
          : { from: firstColumn, to: endColumn }
      }
      return { at: coordinates.get(axis) ?? 0 }
    })
    const strides = space.map((_, axis) => axis === row ? rowBytes : axis === column ? bytes : 0)
    emitNest(k, { ranges, body: kernel.epilogue, stores, results: [{ pointer, strides, dtype: kernel.dtype }] })
  })
}

const base = (address: Value<"i32">, offset: number): Value<"i32"> => offset === 0 ? address : i32.add(address, offset)
