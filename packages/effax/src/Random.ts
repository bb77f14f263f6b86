/**
 * Random numbers from explicit keys: the same key gives the same numbers, on every backend.
 *
 * **Details**
 *
 * The generator is threefry2x32 in JAX's default ("partitionable") mode; bits, uniforms and integers equal JAX's.
 * Split a key before each use; a key that is used twice gives the same numbers twice.
 *
 * @since 0.1.0
 */
export { bits, foldIn, fromWords, type Key, key, keys, split } from "./random/key.ts"
export * from "./random/order.ts"
export * from "./random/samplers.ts"
export { threefry2x32 } from "./random/threefry.ts"
