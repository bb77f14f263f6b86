/**
 * How an elementwise primitive is written down: one entry with its dtypes, derivative and transpose. Shape flow and
 * batching are the same for all of them.
 *
 * `add` is defined here too, because tangents of several operands are added up.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { DTypeError, ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { literal } from "../internal/graph/scalars.ts"
import { arithmetic } from "../internal/program/costs.ts"
import { schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type {
  BatchContext,
  Batched,
  Cost,
  JvpContext,
  Linear,
  LinearForm,
  OrZero,
  Params,
  Primitive,
  Schema
} from "../Primitive.ts"
import { type DTypes, numeric } from "./dtypeSets.ts"
import { checkSameDType } from "./rule.ts"
import { broadcastInDim, reduceSum } from "./shaping.ts"

export type Operand = NdArray.Any | number | bigint | boolean

/** Scalars among the operands become literals of the arrays' dtype. */
export const lift = (operation: string, operands: ReadonlyArray<Operand>): ReadonlyArray<node.Node> => {
  const like = operands.find((o) => typeof o === "object") as node.Node | undefined
  return operands.map((o) => {
    if (typeof o === "object") return o as node.Node
    if (like === undefined) {
      throw new DTypeError({ operation, message: `${operation}: at least one operand must be an array` })
    }
    return literal(operation, o, like.dtype, like.weak)
  })
}

/** Operands have one shape; scalars stand for arrays full of them. */
const commonShape = (operation: string, inputs: ReadonlyArray<Aval.Aval>): ReadonlyArray<number> => {
  let shape: ReadonlyArray<number> = inputs[0]!.shape
  for (let i = 1; i < inputs.length; i++) {
    const next = inputs[i]!.shape
    if (next === shape || next.length === 0) continue
    if (shape.length === 0) shape = next
    else if (!Aval.sameShape(shape, next)) {
      throw new ShapeError({
        operation,
        message: `${operation}: operands must have one shape or be scalars, got ${inputs.map(Aval.format).join(", ")}`
      })
    }
  }
  return shape
}

const describe = (dtypes: DTypes): string => [...dtypes].join(", ")

/** Reduces a cotangent to the shape of an operand that was a scalar. */
export const unbroadcast = (cotangent: NdArray.Any, operand: Aval.Aval): NdArray.Any =>
  operand.shape.length === 0 && cotangent.shape.length > 0
    ? reduceSum(cotangent, cotangent.shape.map((_, i) => i))
    : cotangent

/** Unbatched operands stay; a batched scalar among batched arrays grows axes of length 1 and is broadcast. */
export function batchElementwise<P extends Params>(
  apply: (inputs: ReadonlyArray<NdArray.Any>, params: P) => ReadonlyArray<NdArray.Any>
): (context: BatchContext<P>) => Batched {
  return ({ batched, inputs, params }) => {
    const rank = Math.max(...inputs.map((x, i) => x.shape.length - (batched[i] ? 1 : 0)))
    if (rank === 0) {
      const outputs = apply(inputs, params)
      return { outputs, batched: outputs.map(() => true) }
    }
    const full = inputs.find((x, i) => x.shape.length - (batched[i] ? 1 : 0) === rank)!
    const size = inputs[batched.indexOf(true)]!.shape[0]!
    const inner = batched[inputs.indexOf(full)] ? full.shape.slice(1) : full.shape
    const shape = [size, ...inner]
    const aligned = inputs.map((x, i) => {
      const own = x.shape.length - (batched[i] ? 1 : 0)
      if (!batched[i]) return own === 0 ? x : broadcastInDim(x, shape, inner.map((_, k) => k + 1))
      return own === rank ? x : broadcastInDim(x, shape, [0])
    })
    const outputs = apply(aligned, params)
    return { outputs, batched: outputs.map(() => true) }
  }
}

/** The rule of an n-ary elementwise primitive with parameters. */
export interface Elementwise<P extends Params> {
  readonly name: string
  /** The dtypes that operands may have. */
  readonly dtypes: DTypes
  /** The dtype of the result; by default that of the operands. */
  readonly result?: (dtype: DType.DType, params: P) => DType.DType
  /** The weak flag of the result; by default that all operands are weak. */
  readonly weak?: (inputs: ReadonlyArray<Aval.Aval>, params: P) => boolean
  /** Whether all operands must have the same dtype (they must unless said otherwise). */
  readonly check?: (inputs: ReadonlyArray<Aval.Aval>, params: P) => DType.DType
  readonly schema: Schema
  readonly cost: Cost<P>
  readonly jvp: (context: JvpContext<P>) => OrZero
  readonly linear?: Linear<P>
  readonly keepsZero?: true
  readonly keepsNaN?: true
  readonly guards?: NonNullable<Primitive<P>["guards"]>
  readonly print?: NonNullable<Primitive<P>["print"]>
}

/** One dtype, allowed, for all operands. */
export const sameDType = (operation: string, dtypes: DTypes, inputs: ReadonlyArray<Aval.Aval>): DType.DType => {
  const dtype = checkSameDType(operation, inputs)
  if (!dtypes.has(dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: dtype ${dtype} is not allowed, expected one of ${describe(dtypes)}`
    })
  }
  return dtype
}

/** Those of some properties that are there. */
const pick = <A extends object, K extends keyof A>(from: A, ...keys: ReadonlyArray<K>): Pick<A, K> =>
  Object.fromEntries(keys.flatMap((key) => from[key] === undefined ? [] : [[key, from[key]]])) as Pick<A, K>

export function elementwise<P extends Params>(rule: Elementwise<P>): Primitive<P> {
  const primitive: Primitive<P> = {
    name: rule.name,
    abstract(inputs, params) {
      const dtype = rule.check ? rule.check(inputs, params) : sameDType(rule.name, rule.dtypes, inputs)
      return [{
        dtype: rule.result === undefined ? dtype : rule.result(dtype, params),
        shape: commonShape(rule.name, inputs),
        weak: rule.weak === undefined ? inputs.every((x) => x.weak) : rule.weak(inputs, params)
      }]
    },
    jvp: (context) => [rule.jvp(context)],
    batch: batchElementwise<P>((inputs, params) => node.bind(primitive, inputs, params)),
    schema: rule.schema,
    cost: rule.cost,
    elementwise: true,
    ...pick(rule, "linear", "keepsZero", "keepsNaN", "guards", "print")
  }
  return primitive
}

/** A builder of graph nodes that knows its primitive. */
export interface Unary<N extends string = string> {
  (x: NdArray.Any): NdArray.Any
  readonly primitive: Primitive & { readonly name: N }
}

/** The rule of an elementwise primitive of one operand. */
export interface UnaryRule {
  readonly dtypes: DTypes
  readonly cost: Cost<Params>
  readonly keepsZero?: true
  readonly keepsNaN?: true
  readonly result?: (dtype: DType.DType) => DType.DType
  /** `undefined` (absent): the derivative is zero everywhere. */
  readonly jvp?: (at: {
    readonly primal: NdArray.Any
    readonly output: NdArray.Any
    readonly tangent: NdArray.Any
  }) => OrZero
  /** The primitive is linear, and this is its transpose; it then needs no `jvp`. */
  readonly transpose?: (cotangent: NdArray.Any) => NdArray.Any
}

/** An elementwise primitive of one operand. The name is given apart, so that its type is known before the rule. */
export const unary = <const N extends string>(name: N) => (rule: UnaryRule): Unary<N> => {
  const apply = (x: NdArray.Any): NdArray.Any => node.bindOne(primitive, [x], {})
  const { jvp, transpose } = rule
  const primitive = elementwise<Params>({
    name,
    dtypes: rule.dtypes,
    schema: schema(1),
    ...pick(rule, "cost", "keepsZero", "keepsNaN", "result"),
    jvp: ({ outputs, primals, tangents }) =>
      transpose !== undefined
        ? apply(tangents[0]!)
        : jvp === undefined
        ? undefined
        : jvp({ primal: primals[0]!, output: outputs[0]!, tangent: tangents[0]! }),
    ...(transpose
      ? { linear: { form: { product: [0] }, transpose: ({ cotangents }) => [transpose(cotangents[0]!)] } }
      : {})
  })
  return Object.assign(apply, { primitive: primitive as Primitive & { readonly name: N } })
}

export interface Binary<N extends string = string> {
  (x: Operand, y: Operand): NdArray.Any
  readonly primitive: Primitive & { readonly name: N }
}

interface BinaryAt {
  readonly x: NdArray.Any
  readonly y: NdArray.Any
  readonly output: NdArray.Any
  readonly tangent: NdArray.Any
}

/** The rule of an elementwise primitive of two operands. */
export interface BinaryRule {
  readonly dtypes: DTypes
  readonly cost: Cost<Params>
  readonly result?: (dtype: DType.DType) => DType.DType
  /** The contribution of each operand's tangent; absent: zero. */
  readonly jvp?: readonly [(at: BinaryAt) => OrZero, (at: BinaryAt) => OrZero]
  readonly linear?: {
    readonly form: LinearForm<Params>
    /** The cotangent of each operand, given that the equation is linear in it; the other operand is known. */
    readonly transpose: readonly [
      (ct: NdArray.Any, y: NdArray.Any) => NdArray.Any,
      ((ct: NdArray.Any, x: NdArray.Any) => NdArray.Any) | undefined
    ]
  }
  readonly guards?: NonNullable<Primitive["guards"]>
}

/** An elementwise primitive of two operands. */
export const binary = <const N extends string>(name: N) => (rule: BinaryRule): Binary<N> => {
  const apply = (x: Operand, y: Operand): NdArray.Any => node.bindOne(primitive, lift(name, [x, y]), {})
  const { jvp, linear } = rule
  const primitive = elementwise<Params>({
    name,
    dtypes: rule.dtypes,
    schema: schema(2),
    ...pick(rule, "cost", "guards", "result"),
    jvp: ({ outputs, primals, tangents }) => {
      if (jvp === undefined) return undefined
      let sum: OrZero
      for (const i of [0, 1] as const) {
        const tangent = tangents[i]
        if (tangent === undefined) continue
        const part = jvp[i]({ x: primals[0]!, y: primals[1]!, output: outputs[0]!, tangent })
        sum = sum === undefined ? part : part === undefined ? sum : add(sum, part)
      }
      return sum === undefined ? undefined : broadcastTo(sum, outputs[0]!.shape)
    },
    ...(linear
      ? {
        linear: {
          form: linear.form,
          transpose: ({ cotangents, inputs, linear: isLinear }) =>
            ([0, 1] as const).map((i) => {
              const rule = linear.transpose[i]
              return isLinear[i] && rule !== undefined
                ? unbroadcast(broadcastTo(rule(cotangents[0]!, inputs[1 - i]!), cotangents[0]!.shape), inputs[i]!)
                : undefined
            })
        }
      }
      : {})
  })
  return Object.assign(apply, { primitive: primitive as Primitive & { readonly name: N } })
}

/** A scalar as an array full of it; anything else as it is. */
export const broadcastTo = (x: NdArray.Any, shape: ReadonlyArray<number>): NdArray.Any =>
  x.shape.length === shape.length ? x : broadcastInDim(x, shape, [])

/** `x + y`. @category elementwise @since 0.1.0 */
export const add = binary("add")({
  cost: arithmetic,
  dtypes: numeric,
  jvp: [({ tangent }) => tangent, ({ tangent }) => tangent],
  linear: { form: { sum: () => true }, transpose: [(ct) => ct, (ct) => ct] }
})
