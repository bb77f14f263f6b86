/**
 * Immutable arrays that are Effects.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Inspectable } from "effect/Inspectable"
import type * as Scope from "effect/Scope"
import { format, size } from "./Aval.ts"
import { Backend } from "./Backend.ts"
import { type DType, isComplex, type TypedArray } from "./DType.ts"
import { DTypeError, type ExecutionError, ShapeError } from "./Errors.ts"
import * as host from "./HostArray.ts"
import * as node from "./internal/graph/node.ts"
import type { Shape } from "./Shape.ts"
import * as Shapes from "./Shape.ts"
import * as Tree from "./Tree.ts"

/**
 * The description of an array: a node of an expression graph, immutable, with a static dtype and shape.
 *
 * **Details**
 *
 * It *is* an Effect: `yield* x` runs it on the backend in context and gives back the same array, now resident on the
 * device. It is `Disposable`: `using y = yield* f(x)` frees its memory at the end of the block, as {@link dispose} does.
 * Equality is by reference. `String(x)` is its dtype and shape, and its values once it has them.
 *
 * **Gotchas**
 *
 * It has no value that JavaScript's operators could use: `x + 1` and `if (x > 0)` throw a `ConcretizationError`. Use the
 * functions of `Numpy`, and read values with {@link toScalar} or {@link toNested}.
 *
 * Where an Effect fails or is interrupted, Effect does not go back into the generator, and the end of a `using` block in
 * it is not reached: the array is then freed as any that nothing refers to. {@link evaluateScoped} frees it in any case.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const x = np.add(np.array([1, 2]), 1) // a description: nothing is computed yet
 *   const y = yield* x // computed here, on the backend in context
 *   return [y === x, String(y), yield* NdArray.toNested(y)]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, Reference.layer)) // => [true, "f32[2] [2., 3.]", [2, 3]]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface NdArray<out D extends DType = DType, out S extends Shape = Shape>
  extends Effect.Effect<NdArray<D, S>, ExecutionError, Backend>, Inspectable, Disposable
{
  readonly [node.TypeId]: typeof node.TypeId
  readonly dtype: D
  readonly shape: S
  /** Whether the dtype came from a JavaScript number and gives way in promotion. */
  readonly weak: boolean
  /** The number of axes. */
  readonly ndim: number
  /** The number of elements. */
  readonly size: number
  /** For `yield*` only: an array has no elements that JavaScript could see. */
  [Symbol.iterator](): Yielded<NdArray<D, S>>
}

/**
 * The iterator that `yield*` takes. `next` wants the result of what was yielded, which loops, spreads and destructuring
 * never send: `const [k1, k2] = Random.split(key)` doesn't compile, `Random.keys(key)` is there for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Yielded<A> {
  next(result: A): IteratorResult<A, A>
}

/** An array of any dtype and shape. @category models @since 0.1.0 */
export type Any = NdArray<DType, Shape>

/**
 * Whether a value is an array.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * NdArray.isNdArray(np.ones([2])) // => true
 * NdArray.isNdArray(new Float32Array(2)) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isNdArray = (u: unknown): u is Any =>
  typeof u === "object" && u !== null && node.TypeId in u && node.isOurs(u)

// --- from and to the host -------------------------------------------------------------------------------------------

/** The dtype that a typed array has by itself. @category models @since 0.1.0 */
export type DTypeOf<T extends host.AnyTypedArray> = T extends Float32Array ? "float32"
  : T extends Float64Array ? "float64"
  : T extends Int8Array ? "int8"
  : T extends Int16Array ? "int16"
  : T extends Int32Array ? "int32"
  : T extends BigInt64Array ? "int64"
  : T extends Uint8Array | Uint8ClampedArray ? "uint8"
  : T extends Uint16Array ? "uint16"
  : T extends Uint32Array ? "uint32"
  : T extends BigUint64Array ? "uint64"
  : T extends host.Float16Elements ? "float16"
  : never

/**
 * An array of the elements of a typed array, row-major, which is copied.
 *
 * **Details**
 *
 * The dtype is the typed array's own unless one is given that it can hold: `bool` in a `Uint8Array`, `bfloat16` and
 * `float16` as bits in a `Uint16Array`, complex numbers as pairs in a float array. A `Uint8ClampedArray` is uint8, and a
 * `Float16Array` float16. The shape is `[length]` by default.
 *
 * Throws a `DTypeError` for a typed array that does not hold the dtype, and a `ShapeError` for a shape that the
 * elements do not fill.
 *
 * @example
 * ```ts
 * import { NdArray } from "effax"
 *
 * NdArray.fromTypedArray(new Int32Array([1, 2, 3, 4]), [2, 2]) // => [[1, 2], [3, 4]]
 * NdArray.fromTypedArray(new Uint16Array([0x3f80]), [1], "bfloat16") // => [1]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromTypedArray = <
  T extends host.AnyTypedArray,
  const S extends Shape = readonly [number],
  D extends DType = DTypeOf<T>
>(
  data: T,
  shape?: S,
  dtype?: D
): NdArray<NoInfer<D>, Shapes.Settled<S>> => {
  if (!host.isTypedArray(data)) {
    throw new DTypeError({
      operation: "fromTypedArray",
      message: `fromTypedArray: expected a typed array, got ${host.describe(data)}`
    })
  }
  const of = dtype ?? host.dtypeOf(data)
  if (!host.holds(data, of)) {
    throw new DTypeError({
      operation: "fromTypedArray",
      message: `fromTypedArray: a ${data.constructor.name} can't hold ${of}; ${of} elements are held by a ${
        host.allocate(of, 0).constructor.name
      }`
    })
  }
  const wrong = of === "bool" ? host.notBool(data) : undefined
  if (wrong !== undefined) {
    throw new DTypeError({
      operation: "fromTypedArray",
      message: `fromTypedArray: ${wrong} is not a value of bool, which is stored as 0 and 1`
    })
  }
  const elements = isComplex(of) ? data.length / 2 : data.length
  const sizes = Shapes.validate("fromTypedArray", shape ?? [elements])
  if (size({ shape: sizes }) !== elements) {
    throw new ShapeError({
      operation: "fromTypedArray",
      message: `fromTypedArray: ${elements} elements do not fill the shape ${Shapes.format(sizes)} (${
        size({ shape: sizes })
      } elements)`
    })
  }
  return node.constant(host.copyOf(data), of, sizes) as never
}

/** The typed array that holds the elements of a dtype. @category models @since 0.1.0 */
export type TypedArrayOf<D extends DType> = D extends "float32" | "complex64" ? Float32Array
  : D extends "float64" | "complex128" ? Float64Array
  : D extends "int8" ? Int8Array
  : D extends "int16" ? Int16Array
  : D extends "int32" ? Int32Array
  : D extends "int64" ? BigInt64Array
  : D extends "bool" | "uint8" ? Uint8Array
  : D extends "uint16" | "bfloat16" | "float16" ? Uint16Array
  : D extends "uint32" ? Uint32Array
  : BigUint64Array

/** A tree with a typed array in the place of every array. @category models @since 0.1.0 */
export type TypedArrays<T> = T extends NdArray<infer D, Shape> ? TypedArrayOf<D>
  : T extends Plain ? T
  : { readonly [K in keyof T]: TypedArrays<T[K]> }

/** Leaves that reading leaves as they are. */
type Plain = string | number | bigint | boolean | symbol | null | undefined | ((...args: never) => unknown)

/**
 * The values of an array, or of every array of a tree, row-major, in new typed arrays. Runs what isn't resident, all of
 * the tree in one Program.
 *
 * **Details**
 *
 * The typed array is that of the dtype: bool comes as 0 and 1 in a `Uint8Array`, bfloat16 and float16 as bits in a
 * `Uint16Array`, complex numbers as pairs.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * NdArray.toTypedArray(np.array([[1, 2], [3, 4]])) // => [1, 2, 3, 4]
 * NdArray.toTypedArray({ w: np.ones([2]), b: np.zeros([]) }) // => { w: [1, 1], b: [0] }
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const toTypedArray = <T>(tree: T): Effect.Effect<TypedArrays<T>, ExecutionError, Backend> =>
  read(tree, (data) => data) as never

/** Reads every array of a tree, and puts what `convert` makes of it in its place. */
const read = (
  tree: unknown,
  convert: (data: TypedArray, of: Any) => unknown
): Effect.Effect<unknown, ExecutionError, Backend> =>
  Effect.flatMap(Backend, (backend) => {
    if (isNdArray(tree)) return Effect.map(backend.read(tree), (data) => convert(data, tree))
    const arrays = arraysOf(tree)
    return Effect.flatMap(backend.evaluate(arrays), () =>
      Effect.map(
        Effect.forEach(arrays, (array) => backend.read(array)),
        (all) => {
          let next = 0
          return Tree.map(tree, (leaf: unknown) => isNdArray(leaf) ? convert(all[next++]!, leaf) : leaf)
        }
      ))
  })

/** The JavaScript value of an element. @category models @since 0.1.0 */
export type Element<D extends DType> = D extends "bool" ? boolean
  : D extends "int64" | "uint64" ? bigint
  : D extends "complex64" | "complex128" ? { readonly re: number; readonly im: number }
  : number

/** Nested arrays of an array's rank; an unknown rank is `unknown`. @category models @since 0.1.0 */
export type Nested<D extends DType, S extends Shape> = S extends readonly [] ? Element<D>
  : S extends readonly [number, ...infer Rest extends Shape] ? ReadonlyArray<Nested<D, Rest>>
  : unknown

const elementReader = (dtype: DType): (data: TypedArray, i: number) => Element<DType> => {
  if (isComplex(dtype)) return (data, i) => ({ re: data[2 * i] as number, im: data[2 * i + 1] as number })
  return host.reader(dtype)
}

const nest = (data: TypedArray, { dtype, shape }: Any): unknown => {
  const element = elementReader(dtype)
  const build = (axis: number, offset: number): unknown =>
    axis === shape.length
      ? element(data, offset)
      : Array.from({ length: shape[axis]! }, (_, i) => build(axis + 1, offset * shape[axis]! + i))
  return build(0, 0)
}

/** A tree with nested JavaScript arrays in the place of every array. @category models @since 0.1.0 */
export type AllNested<T> = T extends NdArray<infer D, infer S> ? Nested<D, S>
  : T extends Plain ? T
  : { readonly [K in keyof T]: AllNested<T[K]> }

/**
 * The values of an array, or of every array of a tree, as nested JavaScript arrays. Runs what isn't resident, all of the
 * tree in one Program.
 *
 * **Details**
 *
 * 64-bit integers come as `bigint`, booleans as `boolean`, complex numbers as `{ re, im }`, all others as `number`. An
 * array without axes gives the value itself.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * NdArray.toNested(np.add(np.ones([2, 2]), 1)) // => [[2, 2], [2, 2]]
 * NdArray.toNested(np.greater(np.array([1, 3]), 2)) // => [false, true]
 * NdArray.toNested(np.zeros([2], { dtype: "int64" })) // => [0n, 0n]
 *
 * const x = np.array([1, 2, 3, 6])
 * NdArray.toNested({ mean: np.mean(x), sorted: np.sort(x) }) // => { mean: 3, sorted: [1, 2, 3, 6] }
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const toNested = <T>(tree: T): Effect.Effect<AllNested<T>, ExecutionError, Backend> => read(tree, nest) as never

/**
 * The value of an array that has one element.
 *
 * **Details**
 *
 * As {@link toNested} reads it. Throws a `ShapeError` for any other number of elements, which is a type error where
 * the shape is known.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * NdArray.toScalar(np.sum(np.array([1, 2, 3]))) // => 6
 * NdArray.toScalar(np.any(np.array([true, false]))) // => true
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const toScalar = <D extends DType, S extends Shape>(
  self: NdArray<D, S> & Shapes.ScalarCheck<S>
): Effect.Effect<Element<D>, ExecutionError, Backend> => {
  if (self.size !== 1) {
    throw new ShapeError({
      operation: "toScalar",
      message:
        `toScalar: ${format(self)} has ${self.size} elements, but only an array of one element is a scalar; use ` +
        "toNested or toTypedArray"
    })
  }
  return read(self, (data) => elementReader(self.dtype)(data, 0)) as never
}

/**
 * The value of a real array that has one element, as a number whatever its dtype.
 *
 * **When to use**
 *
 * When the dtype isn't known to the type checker, or is bool or 64 bits wide and a number will do.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * const loss: NdArray.Any = np.mean(np.array([1, 2, 3]))
 * NdArray.toNumber(loss) // => 2
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const toNumber = (self: Any): Effect.Effect<number, ExecutionError, Backend> => {
  if (isComplex(self.dtype)) {
    throw new DTypeError({ operation: "toNumber", message: `toNumber: ${format(self)} is complex; use toScalar` })
  }
  return Effect.map(toScalar(self), Number)
}

// --- running many ---------------------------------------------------------------------------------------------------

/**
 * Runs all arrays of a tree at once, as one Program, and gives the tree back.
 *
 * **When to use**
 *
 * When several results share work, or are wanted at the same time: one Program, one execution.
 *
 * **Details**
 *
 * An array that many fibers want at the same time is computed once: the fiber that comes first computes it, the others
 * wait. When that fiber is interrupted, one of those that wait takes over; when the computation fails, it fails for every
 * fiber that wanted all of it. Only arrays that are asked for are shared, not the steps on the way to them.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * const x = np.array([1, 2, 3, 6])
 * NdArray.evaluate({ mean: np.mean(x), largest: np.max(x) }) // => { mean: 3, largest: 6 }
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const evaluate = <T>(tree: T): Effect.Effect<T, ExecutionError, Backend> =>
  Effect.flatMap(Backend, (backend) => Effect.as(backend.evaluate(arraysOf(tree)), tree))

/**
 * As {@link evaluate}, and frees the arrays of the tree when the ambient Scope closes.
 *
 * **When to use**
 *
 * When arrays live as long as something else: a model as long as the Layer that serves it, a batch as long as a request.
 *
 * **Details**
 *
 * The arrays belong to the Scope from then on, wherever they were computed before: using them after it has closed is a
 * `DisposedArrayError`. One array by itself can be had by `Effect.acquireDisposable(x)` too, as it is `Disposable`.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const w = yield* Effect.scoped(NdArray.evaluateScoped(np.add(np.ones([2]), 1)))
 *   return (yield* Effect.flip(np.sum(w)))._tag
 * })
 * program // => "DisposedArrayError"
 * ```
 *
 * @category memory
 * @since 0.1.0
 */
export const evaluateScoped = <T>(tree: T): Effect.Effect<T, ExecutionError, Backend | Scope.Scope> =>
  Effect.acquireRelease(evaluate(tree), dispose, { interruptible: true })

const arraysOf = (tree: unknown): ReadonlyArray<Any> => Tree.leaves(tree).filter(node.isNode)

/**
 * Frees, when an effect ends, all the arrays that became resident while it ran, except those in the tree that it returns.
 *
 * **When to use**
 *
 * When memory must be given back at a known point. Arrays that nothing refers to are freed by themselves.
 *
 * **Gotchas**
 *
 * Using an array after its scope has ended is a `DisposedArrayError`. Memory that a computation still uses at the end of the
 * scope is freed when the computation ends, and an array that a fiber outside of the scope waits for belongs to the scope
 * around both.
 *
 * Host data (`np.array`, `fromTypedArray`) that was first used in the scope loses its copy on the device too, and is
 * uploaded again when it is used again. Run such an array before the scope (`yield* x`) to keep the copy.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const program = NdArray.scoped(Effect.gen(function*() {
 *   const large = yield* np.add(np.ones([1000]), 1)
 *   return yield* np.sum(large)
 * }))
 * program // => 2000
 * ```
 *
 * @category memory
 * @since 0.1.0
 */
export const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Backend> =>
  Effect.flatMap(Backend, (backend) => backend.scoped(effect, arraysOf))

/**
 * Frees the memory of the arrays of a tree now. Using them afterwards is a `DisposedArrayError`.
 *
 * **Details**
 *
 * Memory that a computation or a reading in another fiber uses is freed when that ends; it gives the right values. Host
 * data (`np.array`, `fromTypedArray`) counts as any other array once it was used. Arrays that have no memory yet stay as
 * they are: they can be computed, or uploaded, as before.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const x = yield* np.add(np.ones([2]), 1)
 *   yield* NdArray.dispose(x)
 *   return (yield* Effect.flip(np.sum(x)))._tag
 * })
 * program // => "DisposedArrayError"
 * ```
 *
 * @category memory
 * @since 0.1.0
 */
export const dispose = (tree: unknown): Effect.Effect<void, never, Backend> =>
  Effect.flatMap(Backend, (backend) => backend.dispose(arraysOf(tree)))

export { iterate, type Over, type Times, type While } from "./ndarray/iterate.ts"
export type { TypedArray }
