/**
 * JAX's NumPy: functions that build arrays from arrays. Nothing is computed before an array is run.
 *
 * **Details**
 *
 * In the examples, `x // => values` says what `yield* NdArray.toNested(x)` gives.
 *
 * Names are the field's, in camelCase; trailing parameters go in one options object. Operands broadcast and promote as
 * in JAX; a JavaScript number is weakly typed and takes the dtype of the array beside it. Nested lists and typed arrays are taken
 * wherever arrays are, as {@link array} makes arrays of them.
 *
 * @since 0.1.0
 */
export * from "./numpy/aliases.ts"
export * from "./numpy/argReduction.ts"
export * from "./numpy/arithmetic.ts"
export * from "./numpy/choice.ts"
export * from "./numpy/comparison.ts"
export * from "./numpy/complex.ts"
export * from "./numpy/constants.ts"
export * from "./numpy/creation.ts"
export * from "./numpy/division.ts"
export * from "./numpy/dtypes.ts"
export * from "./numpy/einsum.ts"
export * from "./numpy/elementary.ts"
export * from "./numpy/floatingPoint.ts"
export * from "./numpy/histograms.ts"
export * from "./numpy/indexing.ts"
export * from "./numpy/joining.ts"
export * from "./numpy/linear.ts"
export {
  array,
  asarray,
  type ComplexNumber,
  type NestedDType,
  type NestedShape,
  type NestedValues,
  type WithDType
} from "./numpy/literals.ts"
export {
  type AxisOptions,
  broadcastArrays,
  broadcastTo,
  expandDims,
  flip,
  matrixTranspose,
  moveaxis,
  type OrderOptions,
  ravel,
  reshape,
  roll,
  squeeze,
  swapaxes,
  transpose
} from "./numpy/manipulation.ts"
export type { Where } from "./numpy/masks.ts"
export * from "./numpy/nanReductions.ts"
export type { ArrayLike, DTypeOf, PromoteAll, PromoteOperands, ShapeOf, Values } from "./numpy/operands.ts"
export * from "./numpy/padding.ts"
export * from "./numpy/products.ts"
export * from "./numpy/quantiles.ts"
export * from "./numpy/reduction.ts"
export * from "./numpy/running.ts"
export * from "./numpy/slices.ts"
export * from "./numpy/sorting.ts"
export * from "./numpy/statistics.ts"
export { i0 } from "./scipy/special/bessel.ts"
