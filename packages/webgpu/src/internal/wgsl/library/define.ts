/**
 * Functions of the library, and how their constants are written.
 */
export interface LibraryFunction {
  readonly code: string
  /** Names of the functions that it calls: they stand before it in the shader. */
  readonly uses: ReadonlyArray<string>
}

export const define = (uses: ReadonlyArray<string>, code: string): LibraryFunction => ({ code, uses })

/** A float32 constant: the shortest decimal that is exactly the number nearest to `x`. */
export const real = (x: number): string => {
  const text = String(Math.fround(x))
  return /[.e]/.test(text) ? text : `${text}.0`
}

/** A polynomial of a variable by Horner's scheme, from its coefficients in ascending order. */
export const polynomial = (variable: string, coefficients: ReadonlyArray<number>): string => {
  const [first, ...rest] = coefficients
  const term = first! < 0 ? `(${real(first!)})` : real(first!)
  return rest.length === 0 ? term : `(${term} + ${variable} * ${polynomial(variable, rest)})`
}
