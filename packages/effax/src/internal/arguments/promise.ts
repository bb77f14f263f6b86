/**
 * Promises where a value or an Effect was expected.
 */

export const isPromise = (u: unknown): u is PromiseLike<unknown> =>
  typeof u === "object" && u !== null && typeof (u as { readonly then?: unknown }).then === "function"

/** A promise that is refused must not end the process when it is rejected later. */
export const ignoreRejection = (promise: PromiseLike<unknown>): void => void promise.then(undefined, () => {})
