/**
 * Trees: nested containers of leaves. JAX calls them pytrees.
 *
 * **Details**
 *
 * Plain objects and arrays hold subtrees; `null` and `undefined` hold nothing and are not leaves. Leaves come in the sorted
 * order of keys, whatever the order of an object's own, in which objects are put together again.
 * Instances of a class take part when the class has a method {@link symbol}: what a tree is follows from the value alone
 * and never from what some module registered somewhere. Everything else is a leaf: arrays (`NdArray`), numbers,
 * booleans, strings, functions, typed arrays, and instances of other classes.
 *
 * Paths are written as TypeScript reads them: `layers[0].weight`.
 *
 * @since 0.1.0
 */
export * from "./tree/classes.ts"
export * from "./tree/flattening.ts"
export * from "./tree/folding.ts"
export * from "./tree/mapping.ts"
export * from "./tree/model.ts"
export * from "./tree/prefixes.ts"
export * from "./tree/ravel.ts"
export * from "./tree/structures.ts"
