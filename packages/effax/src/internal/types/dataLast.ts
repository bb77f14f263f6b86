/**
 * How functions are typed that may be called without their data: `x.pipe(np.add(1))`.
 */

/**
 * `F`, the function that waits for its data, written so that TypeScript sees a function only when `Of` is known. It puts off
 * calls that may give generic functions, and would not see in time what type `np.add(x, 1)` has beside callbacks without
 * annotations.
 */
export type Last<Of, F> = [Of] extends [never] ? F : F

/**
 * Options in the place where data may stand too. An array is not taken for them: it has a shape, which options have not.
 */
export type Behind<O> = O & { readonly shape?: never }
