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
    accumulations: [{ combiner: dtype === "bool" ? "or" : "add", value: 4, dtype }],
    epilogue,
    stores
  }
}

/** A matrix of the contraction, by what it has along its lines and along the sum. */
interface Matrix {
  readonly source: Contract["lhs"]
  readonly lines: number
  readonly across: number
  readonly along: number
}

const matricesOf = ({ lhs, m, n, rhs }: Contract): readonly [left: Matrix, right: Matrix] => {
  const [row, deepLeft] = lhs.index.strides.slice(-2) as [number, number]
  const [deepRight, column] = rhs.index.strides.slice(-2) as [number, number]
  return [
    { source: lhs, lines: m, across: row, along: deepLeft },
    { source: rhs, lines: n, across: column, along: deepRight }
  ]
}

const isByDepth = ({ across, along }: Matrix): boolean =>
  along !== 0 && (across === 0 || Math.abs(along) <= Math.abs(across))

/** Whether four neighbours in memory are always four of one vector. */
const isInFours = (kernel: Contract, matrix: Matrix): boolean => {
  const { across, along, lines, source: { index: { offset, strides } } } = matrix
  const outer = strides.slice(0, -2)
  const [inner, other, extent] = isByDepth(matrix) ? [along, across, kernel.k] : [across, along, lines]
  return kernel.operandDtype === accumulatedDtype(kernel.dtype) && kernel.dtype !== "bool" && inner === 1 &&
    [...outer, other, offset, extent].every((n) => n % 4 === 0)
}

const operandOf = (kernel: Contract, matrix: Matrix, other: Matrix): TileOperand => {
  const { operandDtype } = kernel
  const { across, along, source: { buffer, index: { offset, strides } } } = matrix
  const outer = strides.slice(0, -2)
  return {
    byDepth: isByDepth(matrix),
    line: (shader, coordinates, line) => [
      shader.let("i32", position({ offset, strides: [...outer, across] }, [...coordinates, line]))
    ],
    deep: (shader, at) => [shader.let("i32", position({ offset: 0, strides: [along] }, [at]))],
    fours: (shader) => {
      // single elements of memory that is bound as vectors take longer
      const isAlone = !shader.isTogether(buffer, other.source.buffer)
      if (!isInFours(kernel, matrix) || !(isAlone || isInFours(kernel, other))) return undefined
      return shader.readFours(buffer)
        ? (line, deep) => shader.loadFour(operandDtype, buffer, `${line} + ${deep}`)
        : undefined
    },
    element: (shader, [line], [deep]) => {
      const loaded = shader.load(operandDtype, buffer, `${line} + ${deep}`)
      return convert(shader, operandDtype, accumulatedDtype(kernel.dtype), loaded)
    }
  }
}

const productOf = (kernel: Contract): Product => {
  const { batch, epilogue, k, m, n, name, stores } = kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const [left, right] = matricesOf(kernel)
  const wanted = epilogue.find(({ op }) => op === "result")?.dtype ?? dtype
  return {
    name,
    batch,
    m,
    n,
    k,
    dtype,
    left: operandOf(kernel, left, right),
    right: operandOf(kernel, right, left),
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
