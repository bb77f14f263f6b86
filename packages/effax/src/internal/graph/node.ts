/**
 * The expression graph. An `NdArray` is a node to the library; its `source` says where the value comes from.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Equal from "effect/Equal"
import type * as Fiber from "effect/Fiber"
import * as Hash from "effect/Hash"
import * as Inspectable from "effect/Inspectable"
import type { Aval } from "../../Aval.ts"
import * as aval from "../../Aval.ts"
import type { DType, TypedArray } from "../../DType.ts"
import { ArgumentError, ConcretizationError, type ExecutionError } from "../../Errors.ts"
import { fromNumbers } from "../../HostArray.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import * as replication from "../axes/replication.ts"
import * as axisScope from "../axes/scope.ts"
import { Backend } from "../session/backend.ts"
import type { Allocation } from "../session/ownership.ts"
import { brand, type Copy, copy, twoCopies } from "./copy.ts"
import { format } from "./format.ts"
import { here, type Location } from "./location.ts"

/** One application of a primitive, shared by all of its results. */
export interface Application {
  readonly primitive: Primitive
  readonly params: Params
  readonly inputs: ReadonlyArray<Node>
  outputs: ReadonlyArray<Node>
  /** The place where the user applied it, if a Layer wants locations. */
  readonly location: Location | undefined
  /** Whether a run has computed it as an intermediate value. */
  ran: boolean
}

/** The transformation that a parameter belongs to. */
export interface Scope {
  readonly transformation: string
}

/** A JavaScript number that is an argument of a function that is being traced. */
export interface NumberArgument {
  readonly value: number
  /** Whether it may count as an integer. */
  readonly isInteger: boolean
  /** Whether that mattered, so that the trace is only for numbers of this kind. */
  asked: boolean
}

export type Source =
  | { readonly _tag: "Apply"; readonly application: Application; readonly index: number }
  | { readonly _tag: "Parameter"; readonly scope: Scope; readonly number: NumberArgument | undefined }
  | {
    readonly _tag: "Literal"
    readonly value: number | bigint | boolean
    /** Whether it stands for a JavaScript scalar, of which the dtypes beside it must have the value; otherwise it is an array. */
    readonly plain: boolean
  }
  | { readonly _tag: "Constant"; readonly data: TypedArray }
  | { readonly _tag: "Resident"; readonly allocation: Allocation }

export interface Node extends NdArray.NdArray<DType, ReadonlyArray<number>> {
  readonly weak: boolean
  /** See {@link Aval.varying}. */
  readonly varying: ReadonlyArray<string> | undefined
  source: Source
  /**
   * Creation order: an input has a lower number than its results, and a trace a lower one than the nodes made in it.
   */
  readonly serial: number
  /** Whether a compiled function closed over it: its value is then kept once it is computed. */
  retained: boolean
  /** Values on devices of an array that is not bound to one: of host data, and of results that runs kept. */
  copies: ReadonlyArray<Allocation> | undefined
}

/** The graph node of an array that users hold. */
export const nodeOf = (array: NdArray.Any): Node => array as Node

// An identity, not state: it is only compared, to tell which node is older.
let serials = 0

/** The serial number that the next node will have. */
export const nextSerial = (): number => serials

export const TypeId = "~effax/NdArray"

/**
 * Whether a value is an array. Throws for an array of another copy of this package, which would fail obscurely later.
 */
export const isNode = (u: unknown): u is Node =>
  typeof u === "object" && u !== null && TypeId in u && (isOurs(u) || refuse(u))

/** Whether an array was made by this copy of the package. */
export const isOurs = (array: object): boolean => (array as { readonly [brand]?: Copy })[brand] === copy

const refuse = (array: object): never => {
  throw new ArgumentError({ operation: "NdArray", message: twoCopies("an array", array) })
}

/** The values as text, if they are available without running anything. */
const preview = ({ dtype, shape, source, weak }: Node, indent: number): string | undefined => {
  switch (source._tag) {
    case "Resident":
      return source.allocation.preview(source.allocation, { dtype, shape, weak }, indent)
    case "Constant":
      return format(source.data, { dtype, shape, weak }, indent)
    case "Literal":
      return format(fromNumbers([source.value], dtype), { dtype, shape, weak }, indent)
    case "Apply":
    case "Parameter":
      return undefined
  }
}

const Proto: object = Object.assign(
  Object.create(null),
  Effectable.Prototype<Effect.Effect<NdArray.Any, ExecutionError, Backend>>({
    label: "NdArray",
    evaluate(fiber: Fiber.Fiber<unknown, unknown>) {
      const self = this as unknown as Node
      return Effect.as(
        Context.getUnsafe(fiber.context as Context.Context<Backend>, Backend).evaluate([self]),
        self as NdArray.Any
      )
    }
  }),
  {
    [TypeId]: TypeId,
    [brand]: copy,
    [Equal.symbol](this: Node, that: unknown) {
      return this === that
    },
    [Hash.symbol](this: Node) {
      return Hash.number(this.serial)
    },
    [Symbol.toPrimitive](this: Node, hint: string) {
      if (hint === "string") return this.toString()
      const isArgument = this.shape.length === 0 && this.source._tag === "Parameter" &&
        this.source.scope.transformation === "jit"
      throw new ConcretizationError({
        operation: "Symbol.toPrimitive",
        message:
          `${aval.format(this)} was used as a JavaScript ${hint === "number" ? "number" : "value"}, but an array ` +
          "is a description that has no value until it is run: use the functions of Numpy for arithmetic and " +
          "comparison, `np.where` instead of `? :`, and `yield* NdArray.toScalar(x)` to read a number" +
          (isArgument ? "; an argument of a jitted function that is to stay a number goes in `staticArgnums`" : "")
      })
    },
    toString(this: Node) {
      const type = aval.format(this).replaceAll(",", ", ")
      const values = preview(this, type.length + 1)
      return values === undefined ? type : `${type} ${values}`
    },
    toJSON(this: Node) {
      return { _id: "NdArray", dtype: this.dtype, shape: this.shape, source: this.source._tag }
    },
    [Inspectable.NodeInspectSymbol](this: Node) {
      return this.toString()
    }
  }
)
/** The end of a `using` block. Engines without the symbol load the package, too. */
if (typeof Symbol.dispose === "symbol") {
  Object.defineProperty(Proto, Symbol.dispose, {
    value(this: Node) {
      const allocations = this.source._tag === "Resident" ? [this.source.allocation] : this.copies ?? []
      for (const allocation of allocations) allocation.dispose(allocation)
    }
  })
}
Object.defineProperties(Proto, {
  ndim: {
    get(this: Node) {
      return this.shape.length
    }
  },
  size: {
    get(this: Node) {
      return aval.size(this)
    }
  }
})

interface Fields {
  dtype: DType
  shape: ReadonlyArray<number>
  weak: boolean
  varying: ReadonlyArray<string> | undefined
  source: Source
  serial: number
  retained: boolean
  copies: ReadonlyArray<Allocation> | undefined
}

function NodeImpl(
  this: Fields,
  dtype: DType,
  shape: ReadonlyArray<number>,
  weak: boolean,
  varying: ReadonlyArray<string> | undefined,
  source: Source
) {
  this.dtype = dtype
  this.shape = shape
  this.weak = weak
  this.varying = varying
  this.source = source
  this.serial = serials++
  this.retained = false
  this.copies = undefined
}
NodeImpl.prototype = Proto

const Construct = NodeImpl as unknown as new(
  dtype: DType,
  shape: ReadonlyArray<number>,
  weak: boolean,
  varying: ReadonlyArray<string> | undefined,
  source: Source
) => Node

export const make = (of: Aval, source: Source): Node => new Construct(of.dtype, of.shape, of.weak, of.varying, source)

export const parameter = (of: Aval, scope: Scope, number?: NumberArgument): Node =>
  make(of, { _tag: "Parameter", scope, number })

export const literal = (value: number | bigint | boolean, dtype: DType, weak = false): Node =>
  new Construct(dtype, [], weak, undefined, { _tag: "Literal", value, plain: false })

/** A JavaScript scalar in the place of an array. */
export const plain = (value: number | bigint | boolean, dtype: DType): Node =>
  new Construct(dtype, [], dtype !== "bool", undefined, { _tag: "Literal", value, plain: true })

export const constant = (data: TypedArray, dtype: DType, shape: ReadonlyArray<number>): Node =>
  new Construct(dtype, shape, false, undefined, { _tag: "Constant", data })

/** Applies a primitive: checks the operands and makes a node for each result. */
export const bind = <P extends Params>(
  primitive: Primitive<P>,
  inputs: ReadonlyArray<NdArray.Any>,
  params: P
): ReadonlyArray<Node> => {
  // throws for arrays of another copy of the package
  for (let i = 0; i < inputs.length; i++) isNode(inputs[i])
  // nothing varies outside of manual axes
  const vary = axisScope.current().length === 0 ? undefined : axisScope.vary()
  const operands = (vary === undefined
    ? inputs
    : replication.operandsOf(primitive, inputs as ReadonlyArray<Node>, params, vary)) as ReadonlyArray<Node>
  const avals = vary === undefined
    ? primitive.abstract(operands, params)
    : replication.resultsOf(primitive, operands, params)
  const application: Application = {
    primitive: primitive as unknown as Primitive,
    params,
    inputs: operands,
    outputs: [],
    location: here(),
    ran: false
  }
  application.outputs = avals.map((of, index) => make(of, { _tag: "Apply", application, index }))
  return application.outputs
}

/** Applies a primitive with one result. */
export const bindOne = <P extends Params>(
  primitive: Primitive<P>,
  inputs: ReadonlyArray<NdArray.Any>,
  params: P
): Node => bind(primitive, inputs, params)[0]!
