/**
 * Types of functions that may be called without their data: `x.pipe(np.add(1))`.
 */

/**
 * `F`, a function that takes the data, written so that TypeScript sees a function only once `Of` is known. TypeScript
 * defers calls that may return generic functions, so it would otherwise infer the type of `np.add(x, 1)` too late next
 * to callbacks without annotations.
 */
export type Last<Of, F> = [Of] extends [never] ? F : F

/**
 * Options in the place where data may stand too. An array is not taken for them: it has a shape, which options have not.
 */
export type Behind<O> = O & { readonly shape?: never }
