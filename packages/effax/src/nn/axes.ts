/**
 * The axes of functions that work along axes and keep the shape.
 */
import type * as NdArray from "../NdArray.ts"
import { broadcastInDim } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/** The last axis by default; `null` means all axes. */
export const axesOf = (operation: string, axis: Shape.Axes, rank: number): ReadonlyArray<number> =>
  Shapes.normalizeAxes(operation, axis === undefined ? -1 : axis, rank)

/** A reduced array, repeated along the reduced axes. */
export const keep = (x: NdArray.Any, axes: ReadonlyArray<number>, shape: Shape.Shape): NdArray.Any =>
  broadcastInDim(x, shape, shape.map((_, i) => i).filter((i) => !axes.includes(i)))
