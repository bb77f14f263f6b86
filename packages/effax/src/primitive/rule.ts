/**
 * The common parts of the rules of structural, indexing, reduction and contraction primitives: checks of static
 * parameters, and the shape of a linear primitive of one operand. */
import * as Aval from "../Aval.ts"
import type { DType } from "../DType.ts"
import { ArgumentError, AxisError, DTypeError, ShapeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { Cost, Params, Primitive, Schema } from "../Primitive.ts"
import * as Shape from "../Shape.ts"
import type { DTypes } from "./dtypeSets.ts"

export type Ints = ReadonlyArray<number>

/** `[2, 3]`, as users write shapes. */
export const list = Shape.format

export const range = (n: number, from = 0): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => from + i)

/** The axes of an array that are not among `axes`. */
export const without = (rank: number, axes: Ints): ReadonlyArray<number> =>
  range(rank).filter((axis) => !axes.includes(axis))

export const isIdentity = (permutation: Ints): boolean => permutation.every((axis, i) => axis === i)

/** The permutation that undoes another. */
export const inverse = (permutation: Ints): ReadonlyArray<number> => {
  const result = new Array<number>(permutation.length)
  permutation.forEach((axis, i) => result[axis] = i)
  return result
}

/** Axes of an array to which a batch axis 0 is added. */
export const shift = (axes: Ints): ReadonlyArray<number> => axes.map((axis) => axis + 1)

/** How many elements a shape holds. */
export const count = Shape.size

export const plural = (n: number, noun: string, nouns = `${noun}s`): string => `${n} ${n === 1 ? noun : nouns}`

export const elements = (shape: Ints): string => plural(count(shape), "element")

/** Sizes are integers from 0 on, and there are no more than 2^53 elements. */
export const checkShape = (operation: string, name: string, shape: Ints): void => {
  if (!Array.isArray(shape)) Shape.validate(operation, shape)
  const wrong = shape.findIndex((size) => !Number.isSafeInteger(size) || size < 0)
  if (wrong >= 0) {
    throw new ShapeError({
      operation,
      message:
        `${operation}: ${name} ${list(shape)} has ${shape[wrong]} at axis ${wrong}, expected an integer from 0 to ` +
        "2^53 - 1"
    })
  }
  if (count(shape) > Number.MAX_SAFE_INTEGER) {
    throw new ShapeError({
      operation,
      message: `${operation}: ${name} ${list(shape)} has more than 2^53 - 1 elements`
    })
  }
}

/** A parameter that is a list, and not left out. */
export const checkList = (operation: string, name: string, value: unknown): void => {
  if (Array.isArray(value)) return
  throw new ArgumentError({
    operation,
    message: `${operation}: ${name} must be a list, got ${describe(value)}`
  })
}

/** One entry for each axis of the operand. */
export const checkLength = (operation: string, name: string, entries: ReadonlyArray<unknown>, x: Aval.Aval): void => {
  if (entries.length !== x.shape.length) {
    throw new ShapeError({
      operation,
      message: `${operation}: ${name} must have one entry for each of the ${
        plural(x.shape.length, "axis", "axes")
      } of ${Aval.format(x)}, got ${entries.length}`
    })
  }
}

export const checkIntegers = (operation: string, name: string, values: Ints): void => {
  const wrong = values.find((value) => !Number.isSafeInteger(value))
  if (wrong !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: ${name} ${list(values)} must be integers, got ${wrong}`
    })
  }
}

/** Axes exist and are given once. Negative ones were resolved where the equation was built. */
export const checkAxes = (operation: string, name: string, axes: Ints, x: Aval.Aval): void => {
  const rank = x.shape.length
  axes.forEach((axis, i) => {
    if (!Number.isInteger(axis) || axis < 0 || axis >= rank) {
      throw new AxisError({
        operation,
        message: rank === 0
          ? `${operation}: ${name} has axis ${axis}, but ${Aval.format(x)} is a scalar and has no axes`
          : `${operation}: ${name} has axis ${axis}, but the axes of ${Aval.format(x)} go from 0 to ${rank - 1}`
      })
    }
    if (axes.indexOf(axis) !== i) {
      throw new AxisError({
        operation,
        message: `${operation}: ${name} ${list(axes)} has axis ${axis} twice; give each axis once`
      })
    }
  })
}

export const checkDType = (operation: string, name: string, dtype: DType, dtypes: DTypes): void => {
  if (!dtypes.has(dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: dtype ${dtype} of the ${name} is not allowed, expected one of ${[...dtypes].join(", ")}`
    })
  }
}

/** Operands that are put together have one dtype. */
export const checkSameDType = (operation: string, inputs: ReadonlyArray<Aval.Aval>): DType => {
  const dtype = inputs[0]!.dtype
  if (inputs.some((x) => x.dtype !== dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: operands must have one dtype, got ${
        inputs.map((x) => x.dtype).join(", ")
      }; convert with ` +
        "`np.astype` first"
    })
  }
  return dtype
}

/** A primitive that moves the elements of one operand, and whose batched form is itself with other parameters. */
export interface Moving<P extends Params> {
  readonly name: string
  readonly schema: Schema
  readonly cost: Cost<P>
  readonly print?: NonNullable<Primitive<P>["print"]>
  readonly aval: (x: Aval.Aval, params: P) => Aval.Aval
  readonly transpose: (cotangent: NdArray.Any, x: Aval.Aval, params: P) => NdArray.Any
  /** The parameters for an operand that has `size` more of the same along a new axis 0. */
  readonly batched: (params: P, size: number, x: Aval.Aval) => P
}

/** The entry of a primitive that moves elements: it is linear, and gives zeros for zeros and NaN only for NaN. */
export const moving = <P extends Params>(rule: Moving<P>): Primitive<P> => {
  const primitive: Primitive<P> = {
    name: rule.name,
    schema: rule.schema,
    cost: rule.cost,
    keepsZero: true,
    keepsNaN: true,
    ...(rule.print ? { print: rule.print } : {}),
    abstract: ([x], params) => [rule.aval(x!, params)],
    jvp: ({ params, tangents: [tangent] }) => [node.bindOne(primitive, [tangent!], params)],
    linear: {
      form: { product: [0] },
      transpose: ({ cotangents: [ct], inputs: [x], params }) => [rule.transpose(ct!, x!, params)]
    },
    batch: ({ inputs: [x], params, size }) => ({
      outputs: node.bind(primitive, [x!], rule.batched(params, size, x!)),
      batched: [true]
    })
  }
  return primitive
}
