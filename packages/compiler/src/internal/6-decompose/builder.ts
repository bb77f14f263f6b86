/**
 * Makes loop operations. Elementwise ones compute on lanes: narrow dtypes are widened before and rounded back after every
 * primitive, so that results are those of one rounding per primitive.
 */
import * as Aval from "effax/Aval"
import type { DType } from "effax/DType"
import type { BinaryOp, UnaryOp } from "../../Plan.ts"
import { checkShape } from "../limits.ts"
import { LoweringError } from "../loweringError.ts"
import { convert as convertScalar, keyOf, normalize, type Scalar } from "../scalar.ts"
import type { Action, LoopOp, Several } from "./loopOp.ts"

type Ints = ReadonlyArray<number>

/** The dtype in which a dtype is computed with. */
const lanes: { readonly [D in DType]: DType | undefined } = {
  bool: "bool",
  int8: "int32",
  int16: "int32",
  int32: "int32",
  int64: "int64",
  uint8: "uint32",
  uint16: "uint32",
  uint32: "uint32",
  uint64: "uint64",
  bfloat16: "float32",
  float16: "float32",
  float32: "float32",
  float64: "float64",
  complex64: undefined,
  complex128: undefined
}

export class LoopBuilder {
  readonly ops: Array<LoopOp> = []
  /** Those that are not there for a value. */
  readonly effects: Array<LoopOp> = []
  /** The primitive that is being decomposed. */
  origin = ""
  readonly #literals = new Map<string, LoopOp>()

  op(action: Action, dtype: DType, shape: Ints, inputs: ReadonlyArray<LoopOp>): LoopOp {
    const size = Aval.size({ shape })
    checkShape(this.origin, shape, size)
    const op: LoopOp = {
      id: this.ops.length,
      dtype,
      shape,
      size,
      inputs,
      action,
      origin: this.origin
    }
    this.ops.push(op)
    return op
  }

  /** The operations of all results of an action that has several. */
  several(action: Several, inputs: ReadonlyArray<LoopOp>): ReadonlyArray<LoopOp> {
    const ops: Array<LoopOp> = []
    action.results.forEach(({ dtype, shape }, which) =>
      ops.push(
        which === 0
          ? this.op(action, dtype, shape, inputs)
          : this.op({ kind: "output", which }, dtype, shape, [ops[0]!])
      )
    )
    return ops
  }

  /** An action that has no result, and happens nevertheless. */
  call(action: Several, inputs: ReadonlyArray<LoopOp>): void {
    this.effects.push(this.op(action, "bool", [], inputs))
  }

  literal(value: Scalar, dtype: DType): LoopOp {
    const normal = normalize(value, dtype)
    const key = keyOf(normal, dtype)
    let found = this.#literals.get(key)
    if (found === undefined) {
      found = this.op({ kind: "literal", value: normal }, dtype, [], [])
      this.#literals.set(key, found)
    }
    return found
  }

  /** The dtype of the lanes that hold a dtype. */
  lane(dtype: DType): DType {
    const lane = lanes[dtype]
    if (lane === undefined) throw new LoweringError(this.origin, dtype)
    return lane
  }

  /** The shape that operands have together: scalars stand for arrays full of them. */
  #shape(inputs: ReadonlyArray<LoopOp>): Ints {
    for (const x of inputs) if (x.shape.length > 0) return x.shape
    return []
  }

  unary(op: UnaryOp, x: LoopOp, dtype: DType = x.dtype): LoopOp {
    return this.op({ kind: "map", op }, dtype, x.shape, [x])
  }

  binary(op: BinaryOp, x: LoopOp, y: LoopOp, dtype: DType = x.dtype): LoopOp {
    return this.op({ kind: "map", op }, dtype, this.#shape([x, y]), [x, y])
  }

  select(condition: LoopOp, onTrue: LoopOp, onFalse: LoopOp): LoopOp {
    const inputs = [condition, onTrue, onFalse]
    return this.op({ kind: "map", op: "select" }, onTrue.dtype, this.#shape(inputs), inputs)
  }

  copy(x: LoopOp): LoopOp {
    return this.op({ kind: "map", op: "copy" }, x.dtype, x.shape, [x])
  }

  bitcast(x: LoopOp, dtype: DType): LoopOp {
    return x.dtype === dtype ? x : this.op({ kind: "map", op: "bitcast" }, dtype, x.shape, [x])
  }

  /** One conversion instruction, or a literal of the other dtype. */
  cast(x: LoopOp, dtype: DType): LoopOp {
    if (x.dtype === dtype) return x
    if (x.action.kind === "literal") return this.literal(convertScalar(x.action.value, x.dtype, dtype), dtype)
    return this.op({ kind: "map", op: "convert" }, dtype, x.shape, [x])
  }

  /** The operand on lanes. */
  widen(x: LoopOp): LoopOp {
    return this.cast(x, this.lane(x.dtype))
  }

  reshape(x: LoopOp, shape: Ints): LoopOp {
    return Aval.sameShape(x.shape, shape) ? x : this.op({ kind: "reshape" }, x.dtype, shape, [x])
  }

  transpose(x: LoopOp, permutation: Ints): LoopOp {
    if (permutation.every((p, i) => p === i)) return x
    return this.op({ kind: "transpose", permutation }, x.dtype, permutation.map((p) => x.shape[p]!), [x])
  }

  broadcast(x: LoopOp, shape: Ints, dimensions: Ints): LoopOp {
    return this.op({ kind: "broadcast", dimensions }, x.dtype, shape, [x])
  }

  /** An array full of a scalar. */
  fill(x: LoopOp, shape: Ints): LoopOp {
    return shape.length === 0 ? x : this.broadcast(x, shape, [])
  }
}
