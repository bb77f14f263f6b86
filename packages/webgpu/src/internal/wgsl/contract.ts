/**
 * Contractions. Products of matrices are made in tiles; with a vector, or of a few rows or columns, each result is a
 * reduction, whose invocations read along memory.
 */
import type { Body, Contract, Instruction, Reduce } from "@effax/compiler/Plan"
import { accumulatedDtype } from "./accumulator.ts"
import { emitStores, position } from "./body.ts"
import { type EmitKernel, pointsOf } from "./kernel.ts"
import { convert } from "./operations.ts"
import { emitReduce } from "./reduce.ts"
import { chooseTile } from "./tileChoice.ts"
import { emitTiles, type Product, type TileOperand } from "./tiles.ts"

/** So few rows, columns or elements of a sum fill no tile. */
const narrow = 8

/** The contraction as a reduction of products over `k`. */
export const asReduction = (kernel: Contract): Reduce => {
  const { barrier, batch, epilogue, k, lhs, m, n, name, operandDtype, rhs, stores } = kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const outerLeft = lhs.index.strides.slice(0, -2)
  const outerRight = rhs.index.strides.slice(0, -2)
  const [row, deepLeft] = lhs.index.strides.slice(-2) as [number, number]
  const [deepRight, column] = rhs.index.strides.slice(-2) as [number, number]
  const load = ({ buffer, index: { offset } }: Contract["lhs"], strides: ReadonlyArray<number>): Instruction => ({
    op: "load",
    dtype: operandDtype,
    buffer,
    index: { offset, strides }
  })
  const body: Body = [
    load(lhs, [...outerLeft, row, 0, deepLeft]),
    load(rhs, [...outerRight, 0, column, deepRight]),
    { op: "convert", dtype, args: [0] },
    { op: "convert", dtype, args: [1] },
    { op: dtype === "bool" ? "and" : "mul", dtype, args: [2, 3] }
  ]
  return {
    kind: "reduce",
    name,
    barrier,
    kept: [...batch, m, n],
    reduced: [k],
    body,
    accumulations: [{ combiner: dtype === "bool" ? "or" : "sum", value: 4, dtype }],
    epilogue,
    stores
  }
}

/** An operand whose elements are at strides along its lines, and along the sum. */
const strided = (
  { operandDtype, ...kernel }: Contract,
  { buffer, index: { offset, strides } }: Contract["lhs"],
  [across, along]: readonly [across: number, along: number]
): TileOperand => {
  const outer = strides.slice(0, -2)
  return {
    byDepth: along !== 0 && (across === 0 || Math.abs(along) <= Math.abs(across)),
    line: (shader, coordinates, line) => [
      shader.let("i32", position({ offset, strides: [...outer, across] }, [...coordinates, line]))
    ],
    deep: (shader, at) => [shader.let("i32", position({ offset: 0, strides: [along] }, [at]))],
    element: (shader, [line], [deep]) =>
      convert(
        shader,
        operandDtype,
        accumulatedDtype(kernel.dtype),
        shader.load(operandDtype, buffer, `${line} + ${deep}`)
      )
  }
}

const productOf = (kernel: Contract): Product => {
  const { batch, epilogue, k, lhs, m, n, name, rhs, stores } = kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const [row, deepLeft] = lhs.index.strides.slice(-2) as [number, number]
  const [deepRight, column] = rhs.index.strides.slice(-2) as [number, number]
  const wanted = epilogue.find(({ op }) => op === "result")?.dtype ?? dtype
  return {
    name,
    batch,
    m,
    n,
    k,
    dtype,
    left: strided(kernel, lhs, [row, deepLeft]),
    right: strided(kernel, rhs, [column, deepRight]),
    stores: stores.map(({ buffer }) => buffer),
    finish: (shader, outer, at, across, sum) =>
      emitStores(shader, epilogue, stores, {
        coordinates: [...outer, at, across],
        results: [convert(shader, dtype, wanted, sum)]
      })
  }
}

export const emitContract: EmitKernel<Contract> = (context, kernel) => {
  const { batch, k, m, n } = kernel
  if (pointsOf(batch) * m * n === 0) return []
  if (Math.min(m, n, k) <= narrow) return emitReduce(context, asReduction(kernel))
  const product = productOf(kernel)
  return emitTiles(context, product, context.traits.tile?.(product) ?? chooseTile(context.traits, product))
}
