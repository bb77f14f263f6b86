/**
 * Options of a backend's Layers: each has its check, and a default.
 */
import * as ByteSize from "effect/ByteSize"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ArgumentError } from "../../Errors.ts"
import { describe } from "../arguments/describe.ts"
import { checkOptions, type Known } from "../arguments/options.ts"

/** A check of one option. */
export interface Setting<in Given, out Value> {
  /** The value to go on with. `refuse` throws, and is told what would work. */
  readonly check: (given: Given | undefined, refuse: (expected: string) => never) => Value
}

/** The checks of all options of `O`: the type checker names one that is missing. */
export type Settings<O> = { readonly [K in keyof O]-?: Setting<Exclude<O[K], undefined>, unknown> }

/** Options after their checks. */
export type Values<S> = { readonly [K in keyof S]: S[K] extends Setting<never, infer Value> ? Value : never }

/** Any whole number in a range. */
export const integer = <D>(given: { readonly from: number; readonly to: number; readonly otherwise: () => D }): Setting<
  number,
  number | D
> => ({
  check: (value, refuse) => {
    const { from, otherwise, to } = given
    if (value === undefined) return otherwise()
    if (Number.isInteger(value) && value >= from && value <= to) return value
    return refuse(`an integer between ${from} and ${to}`)
  }
})

/** Bytes, or a text such as `512 MiB`. */
export const bytes = (
  { from, otherwise, to }: { readonly from: number; readonly to: number; readonly otherwise: number }
): Setting<ByteSize.Input, number> => {
  const text = (size: number): string =>
    size === 0
      ? "0 bytes"
      : size % 2 ** 30 === 0
      ? `${size / 2 ** 30} GiB`
      : size % 2 ** 20 === 0
      ? `${size / 2 ** 20} MiB`
      : `${size} bytes`
  const range = Number.isFinite(to) ? `between ${text(from)} and ${text(to)}` : `${text(from)} or more`
  return {
    check: (value, refuse) => {
      if (value === undefined) return otherwise
      const size = toBytes(value)
      if (size !== undefined && size >= from && size <= Math.min(to, Number.MAX_SAFE_INTEGER)) return size
      return refuse(`${range}, as a number of bytes or a text such as "512 MiB"`)
    }
  }
}

const toBytes = (input: ByteSize.Input): number | undefined => {
  try {
    return Number(ByteSize.fromInputUnsafe(input))
  } catch {
    return undefined
  }
}

/** `true` or `false`. */
export const flag = (otherwise: boolean): Setting<boolean, boolean> => ({
  check: (value, refuse) => {
    if (value === undefined) return otherwise
    return typeof value === "boolean" ? value : refuse("true or false")
  }
})

/** One of a few texts. */
export const choice = <T extends string>(values: ReadonlyArray<T>): Setting<T, T | undefined> => ({
  check: (value, refuse) =>
    value === undefined || values.includes(value)
      ? value
      : refuse(values.map((each) => JSON.stringify(each)).join(" or "))
})

/** A value of a kind that `is` recognises. */
export const instance = <T>(expected: string, is: (value: unknown) => value is T): Setting<T, T | undefined> => ({
  check: (value, refuse) => value === undefined || is(value) ? value : refuse(expected)
})

/**
 * A function that checks options: `CpuWasm: threads must be an integer between 1 and 1024, got 0`. Throws an
 * `ArgumentError` for values that are wrong and names that are unknown.
 */
export const settings =
  <O extends object>() => <S extends Settings<O>>(backend: string, checks: S): (options: O) => Values<S> => {
    const names = Object.keys(checks) as ReadonlyArray<string> as ReadonlyArray<keyof O & string>
    const known = Object.fromEntries(names.map((name) => [name, true])) as Known<O>
    return (options) => {
      const given = checkOptions(backend, options, known)
      const value = (name: keyof O & string): unknown =>
        checks[name].check(given[name] as Exclude<O[typeof name], undefined>, (expected) => {
          throw new ArgumentError({
            operation: backend,
            message: `${backend}: ${name} must be ${expected}, got ${describe(given[name])}`
          })
        })
      return Object.fromEntries(names.map((name) => [name, value(name)])) as Values<S>
    }
  }

/** A Layer from options that are checked when it is built: it fails where they are wrong. */
export const layerChecked = <A, E, R>(make: () => Layer.Layer<A, E, R>): Layer.Layer<A, E | ArgumentError, R> =>
  Layer.unwrap(Effect.suspend(() => {
    try {
      return Effect.succeed(make())
    } catch (error) {
      if (error instanceof ArgumentError) return Effect.fail(error)
      throw error
    }
  }))

/** A Layer from options of the `Config`, whose module is loaded when it is wanted: it is the largest of all. */
export const layerConfig = <O, A, E, R>(
  options: Config.Wrap<O>,
  make: (options: O) => Layer.Layer<A, E, R>
): Layer.Layer<A, E | Config.ConfigError, R> =>
  Layer.unwrap(Effect.flatMap(
    Effect.promise(() => import("effect/Config")),
    ({ unwrap }) => Effect.map(unwrap(options), make)
  ))
