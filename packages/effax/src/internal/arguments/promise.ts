/**
 * Promises in places where a value or an Effect was expected.
 */

export const isPromise = (u: unknown): u is PromiseLike<unknown> =>
  typeof u === "object" && u !== null && typeof (u as { readonly then?: unknown }).then === "function"

/** Ignores the rejection of a refused promise, which would otherwise end the process. */
export const ignoreRejection = (promise: PromiseLike<unknown>): void => void promise.then(undefined, () => {})
