/**
 * Schemas of every error, so that errors cross workers, RPC and cluster as what they are.
 *
 * **Details**
 *
 * This module is apart from {@link Errors} because it loads `effect/Schema`, which takes about as long to load as all of
 * effax. A decoded error is an instance of its class; its `cause`, which may be anything, arrives as Effect sends defects.
 *
 * @example
 * ```ts
 * import { Errors, Numpy as np } from "effax"
 * import * as ErrorCodec from "effax/ErrorCodec"
 * import { Effect, Schema } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const error = yield* Effect.flip(Errors.attempt(() => np.sum(np.ones([2]), { axis: 7 as 0 })))
 *   const json = JSON.stringify(yield* Schema.encodeEffect(ErrorCodec.ConstructionError)(error))
 *   const arrived = yield* Schema.decodeUnknownEffect(ErrorCodec.ConstructionError)(JSON.parse(json))
 *   return arrived instanceof Errors.AxisError
 * })
 * program // => true
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as DType from "./DType.ts"
import * as Errors from "./Errors.ts"

/** The fields of an error, without its tag. */
type Fields = { readonly [name: string]: Schema.Codec<unknown, unknown> }

/** A codec between the instances of an error's class and structs with its tag and fields. */
const codec = <E extends { readonly _tag: string }>(
  Class: new(fields: never) => E,
  tag: E["_tag"],
  fields: Fields
): Schema.Codec<E, unknown> => {
  const names = Object.keys(fields)
  return Schema.Struct({ _tag: Schema.tag(tag), ...fields }).pipe(Schema.decodeTo(
    Schema.instanceOf(Class, { identifier: tag }),
    // the class and its tag belong together, which the type of its constructor can't say
    SchemaTransformation.transform({
      decode: ({ _tag, ...rest }: { readonly _tag: string }) => new Class(rest as never),
      encode: (error: E) => {
        const entries = names.flatMap((name) => {
          const value = (error as unknown as { readonly [name: string]: unknown })[name]
          return value === undefined ? [] : [[name, value] as const]
        })
        return { _tag: error._tag, ...Object.fromEntries(entries) }
      }
    }) as never
  )) as never
}

const construction = { operation: Schema.String, message: Schema.String }

const running = { backend: Schema.String, message: Schema.String }

const place = Schema.optional(Schema.String)

const located = {
  primitive: Schema.String,
  equation: Schema.String,
  location: place,
  path: Schema.Array(Schema.String),
  index: Schema.Array(Schema.Int)
}

const cause = { cause: Schema.optionalKey(Schema.Defect()) }

/**
 * Every error that a wrong call throws, each by its tag.
 *
 * @category construction
 * @since 0.1.0
 */
export const construct = {
  ShapeError: codec(Errors.ShapeError, "ShapeError", construction),
  DTypeError: codec(Errors.DTypeError, "DTypeError", construction),
  AxisError: codec(Errors.AxisError, "AxisError", construction),
  IndexError: codec(Errors.IndexError, "IndexError", construction),
  TreeError: codec(Errors.TreeError, "TreeError", construction),
  ArgumentError: codec(Errors.ArgumentError, "ArgumentError", construction),
  ConcretizationError: codec(Errors.ConcretizationError, "ConcretizationError", construction),
  AxisNameError: codec(Errors.AxisNameError, "AxisNameError", construction),
  ReplicationError: codec(Errors.ReplicationError, "ReplicationError", construction),
  VerificationError: codec(Errors.VerificationError, "VerificationError", construction)
} satisfies { readonly [Tag in Errors.ConstructionError["_tag"]]: unknown }

/**
 * Every error that running a computation can fail with, each by its tag.
 *
 * @category execution
 * @since 0.1.0
 */
export const execute = {
  CompileError: codec(Errors.CompileError, "CompileError", { ...running, ...cause }),
  UnsupportedError: codec(Errors.UnsupportedError, "UnsupportedError", { ...running, operation: Schema.String }),
  UnsupportedDTypeError: codec(Errors.UnsupportedDTypeError, "UnsupportedDTypeError", {
    ...running,
    operation: Schema.String,
    dtype: Schema.Literals(DType.all)
  }),
  OutOfMemoryError: codec(Errors.OutOfMemoryError, "OutOfMemoryError", {
    ...running,
    requested: Schema.Number,
    live: Schema.Number,
    limit: Schema.Number
  }),
  DeviceLostError: codec(Errors.DeviceLostError, "DeviceLostError", { ...running, ...cause }),
  DisposedArrayError: codec(Errors.DisposedArrayError, "DisposedArrayError", {
    ...running,
    reason: Schema.Literals(["dispose", "scope", "donation", "layer"])
  }),
  ForeignArrayError: codec(Errors.ForeignArrayError, "ForeignArrayError", { ...running, owner: Schema.String }),
  EscapedParameterError: codec(Errors.EscapedParameterError, "EscapedParameterError", {
    ...running,
    transformation: Schema.String,
    operation: Schema.String
  }),
  KernelError: codec(Errors.KernelError, "KernelError", { ...running, ...cause }),
  CallbackError: codec(Errors.CallbackError, "CallbackError", {
    ...running,
    ...cause,
    callback: Schema.String
  }),
  NonFiniteError: codec(Errors.NonFiniteError, "NonFiniteError", { ...running, ...located, value: Schema.Number }),
  CheckError: codec(Errors.CheckError, "CheckError", {
    ...running,
    ...located,
    kind: Schema.Literals(["index", "division", "nan", "user"])
  }),
  KeyReuseError: codec(Errors.KeyReuseError, "KeyReuseError", { ...running, first: place, second: place })
} satisfies { readonly [Tag in Errors.ExecutionError["_tag"]]: unknown }

/** Any error that a wrong call throws. @category construction @since 0.1.0 */
export const ConstructionError: Schema.Codec<Errors.ConstructionError, unknown> = Schema.Union(
  Object.values(construct)
) as never

/** Any error that running a computation can fail with. @category execution @since 0.1.0 */
export const ExecutionError: Schema.Codec<Errors.ExecutionError, unknown> = Schema.Union(
  Object.values(execute)
) as never
