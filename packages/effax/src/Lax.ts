/**
 * The primitives as functions: strict in dtype and shape, as XLA has them. Numpy is built of these.
 *
 * @since 0.1.0
 */
export { dotGeneral } from "./primitive/contraction.ts"
export * from "./primitive/convolution.ts"
export * from "./primitive/cumulative.ts"
export * from "./primitive/elementwise.ts"
export * from "./primitive/indexing.ts"
export * from "./primitive/random.ts"
export * from "./primitive/reduction.ts"
export * from "./primitive/sort.ts"
export { broadcastInDim, concatenate, iota, pad, reshape, rev, slice, transpose } from "./primitive/structural.ts"
