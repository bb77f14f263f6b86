/**
 * Makes operations of real numbers, from which those of complex ones are put together.
 */
import * as DType from "effax/DType"
import type { OperationName, OperationParams, RegionBuilder, Type, Value } from "../region.ts"
import type { Scalar } from "../scalar.ts"

type Ints = ReadonlyArray<number>

/** A complex value: its real and its imaginary part, of one dtype. */
export interface Parts {
  readonly re: Value
  readonly im: Value
}

/** A value that stays as it is, or the parts of a complex one. */
export type Operand = Value | Parts

export const isParts = (operand: Operand): operand is Parts => "re" in operand

/** Operations without parameters. */
type Plain = {
  readonly [N in OperationName]: {} extends OperationParams[N] ? N : never
}[OperationName]

export class RealBuilder {
  readonly region: RegionBuilder

  constructor(region: RegionBuilder) {
    this.region = region
  }

  operation<N extends OperationName>(
    name: N,
    params: OperationParams[N],
    inputs: ReadonlyArray<Value>,
    type: Type
  ): Value {
    return this.region.operation(name, params, inputs, [type])[0]!
  }

  /** Elementwise; scalars stand for arrays full of them. */
  elementwise<N extends OperationName>(
    name: N,
    inputs: ReadonlyArray<Value>,
    dtype: DType.DType,
    params: OperationParams[N]
  ): Value {
    const shape = inputs.find((x) => x.shape.length > 0)?.shape ?? []
    return this.operation(name, params, inputs, { dtype, shape })
  }

  literal(value: Scalar, like: { readonly dtype: DType.DType }): Value {
    return this.region.literal(value, like.dtype)
  }

  unary(name: Plain, x: Value): Value {
    return this.elementwise(name, [x], x.dtype, {})
  }

  binary(name: Plain, x: Value | number, y: Value | number): Value {
    const like = typeof x === "number" ? y as Value : x
    const [a, b] = [x, y].map((v) => typeof v === "number" ? this.literal(v, like) : v)
    return this.elementwise(name, [a!, b!], like.dtype, {})
  }

  compare(name: "eq" | "ne" | "lt" | "le" | "gt" | "ge", x: Value, y: Value | number): Value {
    return this.elementwise(name, [x, typeof y === "number" ? this.literal(y, x) : y], "bool", {})
  }

  and(x: Value, y: Value): Value {
    return this.elementwise("and", [x, y], "bool", {})
  }

  or(x: Value, y: Value): Value {
    return this.elementwise("or", [x, y], "bool", {})
  }

  select(condition: Value, onTrue: Value | number, onFalse: Value | number): Value {
    const like = typeof onTrue === "number" ? onFalse as Value : onTrue
    const cases = [onFalse, onTrue].map((v) => typeof v === "number" ? this.literal(v, like) : v)
    return this.elementwise("select_n", [condition, ...cases], like.dtype, {})
  }

  neg(x: Value): Value {
    return this.unary("neg", x)
  }
  abs(x: Value): Value {
    return this.unary("abs", x)
  }
  add(x: Value | number, y: Value | number): Value {
    return this.binary("add", x, y)
  }
  sub(x: Value | number, y: Value | number): Value {
    return this.binary("sub", x, y)
  }
  mul(x: Value | number, y: Value | number): Value {
    return this.binary("mul", x, y)
  }
  div(x: Value | number, y: Value | number): Value {
    return this.binary("div", x, y)
  }

  /** Whether the sign is set, that of zeros too. */
  isNegative(x: Value): Value {
    const bits: DType.DType = x.dtype === "float64" ? "int64" : "int32"
    return this.compare("lt", this.elementwise("bitcast_convert_type", [x], bits, { newDtype: bits }), 0)
  }

  /** A magnitude, which is not negative, with the sign of another number. */
  copySign(magnitude: Value, sign: Value): Value {
    return this.select(this.isNegative(sign), this.neg(magnitude), magnitude)
  }

  not(x: Value): Value {
    return this.elementwise("not", [x], "bool", {})
  }

  isNaN(x: Value): Value {
    return this.compare("ne", x, x)
  }

  isFinite(x: Value): Value {
    return this.elementwise("is_finite", [x], "bool", {})
  }

  isInfinite(x: Value): Value {
    return this.compare("eq", this.abs(x), Infinity)
  }

  convert(x: Value, dtype: DType.DType): Value {
    return x.dtype === dtype
      ? x
      : this.elementwise("convert_element_type", [x], dtype, { newDtype: dtype, weakType: false })
  }

  reshape(x: Value, shape: Ints): Value {
    return this.operation("reshape", { newSizes: shape }, [x], { dtype: x.dtype, shape })
  }

  transpose(x: Value, permutation: Ints): Value {
    return this.operation("transpose", { permutation }, [x], {
      dtype: x.dtype,
      shape: permutation.map((axis) => x.shape[axis]!)
    })
  }

  /** A scalar as an array full of it; anything else as it is. */
  fill(x: Value, shape: Ints): Value {
    return x.shape.length === shape.length
      ? x
      : this.operation("broadcast_in_dim", { shape, broadcastDimensions: [] }, [x], { dtype: x.dtype, shape })
  }

  slice(x: Value, axis: number, start: number, limit: number): Value {
    const shape = x.shape.map((n, i) => i === axis ? limit - start : n)
    return this.operation(
      "slice",
      {
        startIndices: shape.map((_, i) => i === axis ? start : 0),
        limitIndices: x.shape.map((n, i) => i === axis ? limit : n),
        strides: null
      },
      [x],
      { dtype: x.dtype, shape }
    )
  }

  concatenate(parts: ReadonlyArray<Value>, dimension: number): Value {
    const first = parts[0]!
    const length = parts.reduce((n, x) => n + x.shape[dimension]!, 0)
    return this.operation("concatenate", { dimension }, parts, {
      dtype: first.dtype,
      shape: first.shape.map((n, axis) => axis === dimension ? length : n)
    })
  }
}
