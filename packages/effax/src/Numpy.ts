/**
 * JAX's NumPy: functions that build arrays from arrays. Nothing is computed before an array is run.
 *
 * **Details**
 *
 * Names are the field's, in camelCase; trailing parameters go in one options object. Operands broadcast and promote as
 * in JAX; a JavaScript number is weakly typed and takes the dtype of the array beside it.
 *
 * @since 0.1.0
 */
export * from "./numpy/creation.ts"
export * from "./numpy/elementwise.ts"
export * from "./numpy/indexing.ts"
export * from "./numpy/linear.ts"
export * from "./numpy/manipulation.ts"
export * from "./numpy/reduction.ts"
export * from "./numpy/sorting.ts"
