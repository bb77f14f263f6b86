/**
 * Makes nodes. Elementwise ones compute on lanes: narrow dtypes are widened before and rounded back after every
 * primitive, so that results are those of one rounding per primitive.
 */
import * as Aval from "effax/Aval"
import type { DType } from "effax/DType"
import type { BinaryOp, UnaryOp } from "../../Plan.ts"
import { checkShape } from "../limits.ts"
import { LoweringError } from "../loweringError.ts"
import { convert as convertScalar, keyOf, normalize, type Scalar } from "../scalar.ts"
import type { Action, Node, Several } from "./node.ts"

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

export class NodeBuilder {
  readonly nodes: Array<Node> = []
  /** Those that are not there for a value. */
  readonly effects: Array<Node> = []
  /** The primitive that is being decomposed. */
  origin = ""
  readonly #literals = new Map<string, Node>()

  node(action: Action, dtype: DType, shape: Ints, inputs: ReadonlyArray<Node>): Node {
    const size = Aval.size({ shape })
    checkShape(this.origin, shape, size)
    const node: Node = {
      id: this.nodes.length,
      dtype,
      shape,
      size,
      inputs,
      action,
      origin: this.origin
    }
    this.nodes.push(node)
    return node
  }

  /** The nodes of all results of an action that has several. */
  several(action: Several, inputs: ReadonlyArray<Node>): ReadonlyArray<Node> {
    const nodes: Array<Node> = []
    action.results.forEach(({ dtype, shape }, which) =>
      nodes.push(
        which === 0
          ? this.node(action, dtype, shape, inputs)
          : this.node({ kind: "output", which }, dtype, shape, [nodes[0]!])
      )
    )
    return nodes
  }

  /** An action that has no result, and happens nevertheless. */
  call(action: Several, inputs: ReadonlyArray<Node>): void {
    this.effects.push(this.node(action, "bool", [], inputs))
  }

  literal(value: Scalar, dtype: DType): Node {
    const normal = normalize(value, dtype)
    const key = keyOf(normal, dtype)
    let found = this.#literals.get(key)
    if (found === undefined) {
      found = this.node({ kind: "literal", value: normal }, dtype, [], [])
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
  #shape(inputs: ReadonlyArray<Node>): Ints {
    for (const x of inputs) if (x.shape.length > 0) return x.shape
    return []
  }

  unary(op: UnaryOp, x: Node, dtype: DType = x.dtype): Node {
    return this.node({ kind: "map", op }, dtype, x.shape, [x])
  }

  binary(op: BinaryOp, x: Node, y: Node, dtype: DType = x.dtype): Node {
    return this.node({ kind: "map", op }, dtype, this.#shape([x, y]), [x, y])
  }

  select(condition: Node, onTrue: Node, onFalse: Node): Node {
    const inputs = [condition, onTrue, onFalse]
    return this.node({ kind: "map", op: "select" }, onTrue.dtype, this.#shape(inputs), inputs)
  }

  copy(x: Node): Node {
    return this.node({ kind: "map", op: "copy" }, x.dtype, x.shape, [x])
  }

  bitcast(x: Node, dtype: DType): Node {
    return x.dtype === dtype ? x : this.node({ kind: "map", op: "bitcast" }, dtype, x.shape, [x])
  }

  /** One conversion instruction, or a literal of the other dtype. */
  cast(x: Node, dtype: DType): Node {
    if (x.dtype === dtype) return x
    if (x.action.kind === "literal") return this.literal(convertScalar(x.action.value, x.dtype, dtype), dtype)
    return this.node({ kind: "map", op: "convert" }, dtype, x.shape, [x])
  }

  /** The operand on lanes. */
  widen(x: Node): Node {
    return this.cast(x, this.lane(x.dtype))
  }

  reshape(x: Node, shape: Ints): Node {
    return Aval.sameShape(x.shape, shape) ? x : this.node({ kind: "reshape" }, x.dtype, shape, [x])
  }

  transpose(x: Node, permutation: Ints): Node {
    if (permutation.every((p, i) => p === i)) return x
    return this.node({ kind: "transpose", permutation }, x.dtype, permutation.map((p) => x.shape[p]!), [x])
  }

  broadcast(x: Node, shape: Ints, dimensions: Ints): Node {
    return this.node({ kind: "broadcast", dimensions }, x.dtype, shape, [x])
  }

  /** An array full of a scalar. */
  fill(x: Node, shape: Ints): Node {
    return shape.length === 0 ? x : this.broadcast(x, shape, [])
  }
}
