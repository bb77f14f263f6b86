/**
 * Makes random functions: control flow in control flow, closures over values of all levels, and transformations between.
 */
import { make, type Random } from "../fuzz/random.ts"
import type { Attributes, Case, Fn, Kind, Step, Type, Variable } from "./tree.ts"

type Scope = ReadonlyArray<Variable>

interface Surroundings {
  readonly depth: number
  /** Axes that collectives may name. */
  readonly axes: ReadonlyArray<{ readonly name: string; readonly size: number }>
}

const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)

const shapes: ReadonlyArray<ReadonlyArray<number>> = [[], [], [], [2], [3], [2, 3]]

const unary = ["sin", "cos", "tanh", "neg", "sq", "hyp", "log", "abs", "scale", "scale", "stop", "expn"]
const binary = ["add", "add", "sub", "mul", "mul", "max", "min", "div"]

class Generator {
  readonly r: Random
  readonly bounded: boolean
  #next = 0
  #axis = 0
  /** Steps that may still be made. */
  #budget: number

  constructor(r: Random, bounded: boolean, budget: number) {
    this.r = r
    this.bounded = bounded
    this.#budget = budget
  }

  variable(type: Type): Variable {
    return { id: this.#next++, kind: type.kind, shape: type.shape }
  }

  type(): Type {
    return { kind: this.r.pick<Kind>(["f", "f", "f", "f", "i", "b", "c"]), shape: this.r.pick(shapes) }
  }

  fn(
    outer: Scope,
    parameters: ReadonlyArray<Type>,
    wanted: ReadonlyArray<Type>,
    around: Surroundings,
    most = 4
  ): { readonly fn: Fn; readonly results: ReadonlyArray<Variable> } {
    const own = parameters.map((type) => this.variable(type))
    const body = new Body(this, [...outer, ...own], own.length, around)
    const count = this.r.int(1, most)
    for (let i = 0; i < count && this.#budget-- > 0; i++) body.grow()
    const results = wanted.map((type) => body.result(type))
    return { fn: { parameters: own, steps: body.steps, results: results.map(({ id }) => id) }, results }
  }

  axisName(): string {
    return `axis${this.#axis++}`
  }
}

class Body {
  readonly g: Generator
  readonly r: Random
  scope: Scope
  /** How many of the last variables are this function's own. */
  own: number
  readonly around: Surroundings
  readonly steps: Array<Step> = []
  /** What no later step takes. */
  unused: ReadonlyArray<Variable> = []

  constructor(g: Generator, scope: Scope, own: number, around: Surroundings) {
    this.g = g
    this.r = g.r
    this.scope = scope
    this.own = own
    this.around = around
  }

  step(
    op: string,
    operands: Scope,
    types: ReadonlyArray<Type>,
    a: Attributes = {},
    fns: ReadonlyArray<Fn> = []
  ): ReadonlyArray<Variable> {
    const outputs = types.map((type) => this.g.variable(type))
    this.steps.push({ op, operands: operands.map(({ id }) => id), fns, a, outputs: outputs.map(({ id }) => id) })
    this.unused = [...this.unused.filter((v) => !operands.includes(v)), ...outputs]
    this.scope = [...this.scope, ...outputs]
    this.own += outputs.length
    return outputs
  }

  /** A value at hand, more often one of this function's own. */
  pick(suits: (v: Variable) => boolean): Variable | undefined {
    const own = this.scope.slice(this.scope.length - this.own).filter(suits)
    if (own.length > 0 && this.r.chance(0.7)) return this.r.pick(own)
    const all = this.scope.filter(suits)
    return all.length === 0 ? undefined : this.r.pick(all)
  }

  /** A value of this type, made of another one where there is none. */
  find({ kind, shape }: Type): Variable {
    const same = (v: Variable) => v.kind === kind && v.shape.join() === shape.join()
    const found = this.r.chance(0.8) ? this.pick(same) : undefined
    if (found !== undefined) return found
    const from = this.pick((v) => v.kind !== "b" || kind === "b") ?? this.pick(() => true)!
    return this.step("fit", [from], [{ kind, shape }], { kind, shape })[0]!
  }

  /** A value of this type that depends on much of what was computed. */
  result({ kind, shape }: Type): Variable {
    const from = this.unused.filter((v) => v.shape.every((n) => n > 0))
    if (from.length === 0 || this.r.chance(0.2)) return this.find({ kind, shape })
    const last = from.at(-1)!
    this.unused = this.unused.filter((v) => v !== last)
    const fitted = (v: Variable): Variable =>
      v.kind === kind && v.shape.join() === shape.join()
        ? v
        : this.step("fit", [v], [{ kind, shape }], { kind, shape })[0]!
    if (kind !== "f") return fitted(last)
    // sums of all that is left show what is wrong with any of it
    let sum = fitted(last)
    for (const other of from.slice(0, -1)) sum = this.step("plus", [sum, fitted(other)], [{ kind, shape }])[0]!
    this.unused = this.unused.filter((v) => v !== sum && !from.includes(v))
    return sum
  }

  float(shape: ReadonlyArray<number> = this.r.pick(shapes)): Variable {
    return this.find({ kind: "f", shape })
  }

  grow(): void {
    const deep = this.around.depth > 0
    const grown = [
      ...Array<() => void>(3).fill(() => this.elementwise()),
      () => this.discrete(),
      () => this.complex(),
      () => this.structure(),
      ...(this.around.axes.length > 0 ? Array<() => void>(2).fill(() => this.collective()) : []),
      ...(deep
        ? [
          ...Array<() => void>(6).fill(() => this.scan()),
          ...Array<() => void>(3).fill(() => this.cond()),
          ...Array<() => void>(2).fill(() => this.whileLoop()),
          () => this.fori(),
          () => this.map(),
          () => this.associative(),
          ...Array<() => void>(2).fill(() => this.call()),
          ...Array<() => void>(2).fill(() => this.vmap()),
          ...Array<() => void>(2).fill(() => this.derivative()),
          () => this.lazyWhere(),
          () => this.implicit(),
          () => this.hosted()
        ]
        : [])
    ]
    this.r.pick(grown)()
  }

  elementwise(): void {
    const x = this.float()
    if (this.r.chance(0.5)) {
      const op = this.r.pick(unary)
      this.step(op, [x], [x], op === "scale" ? { k: this.r.int(-4, 6) / 4 } : {})
      return
    }
    const y = this.r.chance(0.2) ? this.float([]) : this.float(x.shape)
    this.step(this.r.pick(binary), this.r.chance(0.5) && y.shape.length === x.shape.length ? [y, x] : [x, y], [x])
  }

  discrete(): void {
    const shape = this.r.pick(shapes)
    const choice = this.r.int(0, 4)
    if (choice === 0) {
      const operands = [this.float(shape), this.float(shape)]
      this.step(this.r.pick(["gt", "le"]), operands, [{ kind: "b", shape }])
    } else if (choice === 1) {
      const operands = [this.find({ kind: "b", shape }), this.find({ kind: "b", shape })]
      this.step(this.r.pick(["and", "or", "xor"]), operands, [{ kind: "b", shape }])
    } else if (choice === 2) {
      const operands = [this.find({ kind: "i", shape }), this.find({ kind: "i", shape })]
      this.step(this.r.pick(["iadd", "imul", "isub"]), operands, [{ kind: "i", shape }])
    } else {
      const type = { kind: this.r.pick<Kind>(["f", "f", "i", "c"]), shape }
      const test = this.find({ kind: "b", shape: this.r.chance(0.5) ? [] : shape })
      this.step("where", [test, this.find(type), this.find(type)], [type])
    }
  }

  complex(): void {
    const shape = this.r.pick(shapes)
    const type = { kind: "c" as const, shape }
    const choice = this.r.int(0, 3)
    if (choice === 0) this.step("complex", [this.float(shape), this.float(shape)], [type])
    else if (choice === 1) {
      const op = this.r.pick(["cmul", "cadd", "csub"])
      this.step(op, [this.find(type), this.find(type)], [type])
    } else if (choice === 2) this.step(this.r.pick(["conj", "cexp", "csin"]), [this.find(type)], [type])
    else this.step(this.r.pick(["re", "im", "cabs2"]), [this.find(type)], [{ kind: "f", shape }])
  }

  structure(): void {
    const kind = this.r.pick<Kind>(["f", "f", "i", "c"])
    const x = this.find({ kind, shape: this.r.pick([[2], [3], [2, 3]]) })
    const [n] = x.shape as readonly [number]
    const rest = x.shape.slice(1)
    const i = () => this.find({ kind: "i", shape: [] })
    const choices: ReadonlyArray<() => void> = [
      () => this.step("row", [x, i()], [{ kind, shape: rest }], { n }),
      () => this.step("setRow", [x, i(), this.find({ kind, shape: rest })], [x], { n }),
      () => this.step("addRow", [x, i(), this.find({ kind, shape: rest })], [x], { n }),
      () => this.step("flip", [x], [x]),
      () => this.step("roll", [x], [x]),
      () => this.step("cumsum", [x], [x]),
      () => this.step("sum", [x], [{ kind, shape: rest }]),
      () => this.step("transpose", [x], [{ kind, shape: x.shape.toReversed() }]),
      () => this.step("join", [x, x], [x], { n }),
      () => {
        const y = this.float([3])
        this.step("dot", [this.float(this.r.pick([[3], [2, 3]])), y], [{ kind: "f", shape: [] }])
      },
      () => {
        const y = this.float([3])
        this.step("sort", [y], [y])
      }
    ]
    this.r.pick(choices)()
  }

  collective(): void {
    const { name, size } = this.r.pick(this.around.axes)
    const kind = this.r.pick<Kind>(["f", "f", "i", "c"])
    const x = this.find({ kind, shape: this.r.pick(shapes) })
    const perm = Array.from({ length: size }, (_, i) => [i, (i + 1) % size] as const)
    const choices: ReadonlyArray<() => void> = [
      () => this.step("psum", [x], [x], { name, n: size }),
      () => this.step("pmean", [this.float(x.shape)], [{ kind: "f", shape: x.shape }], { name }),
      () => this.step("axisIndex", [], [{ kind: "i", shape: [] }], { name }),
      () => this.step("ppermute", [x], [x], { name, perm }),
      () => this.step("allGather", [x], [x], { name, k: this.r.int(0, size - 1) }),
      () => {
        const y = this.find({ kind: "i", shape: x.shape })
        this.step("pmax", [y], [y], { name })
      }
    ]
    this.r.pick(choices)()
  }

  get inside(): Surroundings {
    return { ...this.around, depth: this.around.depth - 1 }
  }

  scan(): void {
    const length = this.r.pick([0, 1, 2, 3, 3, 5, 6])
    const carry = Array.from({ length: this.r.int(0, 3) }, () => this.find(this.g.type()))
    const sliced = Array.from({ length: this.r.int(0, 2) }, () => {
      const type = this.g.type()
      const whole = { kind: type.kind, shape: [length, ...type.shape] }
      return { type, array: this.find(whole) }
    })
    const stacked = Array.from({ length: this.r.int(carry.length === 0 ? 1 : 0, 2) }, () => this.g.type())
    const { fn } = this.g.fn(
      this.scope,
      [...carry, ...sliced.map(({ type }) => type)],
      [...carry, ...stacked],
      this.inside
    )
    this.step(
      "scan",
      [...carry, ...sliced.map(({ array }) => array)],
      [...carry, ...stacked.map(({ kind, shape }) => ({ kind, shape: [length, ...shape] }))],
      { k: carry.length, length, reverse: this.r.chance(0.5), unroll: this.r.pick([1, 1, 2, 3, 8]) },
      [fn]
    )
  }

  cond(): void {
    const results = Array.from({ length: this.r.int(1, 3) }, () => this.g.type())
    const operands = Array.from({ length: this.r.int(0, 3) }, () => this.find(this.g.type()))
    const several = this.r.chance(0.4)
    const test = this.find({ kind: several ? "i" : "b", shape: [] })
    const fns = Array.from(
      { length: several ? this.r.int(1, 4) : 2 },
      () => this.g.fn(this.scope, operands, results, this.inside).fn
    )
    this.step(several ? "switch" : "cond", [test, ...operands], results, {}, fns)
  }

  whileLoop(): void {
    const carry = Array.from({ length: this.r.int(1, 3) }, () => this.find(this.g.type()))
    const test = this.g.fn(this.scope, carry, [{ kind: "b", shape: [] }], this.inside, 2).fn
    const body = this.g.fn(this.scope, carry, carry, this.inside).fn
    const limit = this.r.int(0, 6)
    const maxSteps = this.g.bounded ? this.r.pick([limit, limit + 1, 2, 20]) : null
    this.step("while", carry, carry, { k: limit, maxSteps }, [test, body])
  }

  fori(): void {
    const carry = Array.from({ length: this.r.int(1, 3) }, () => this.find(this.g.type()))
    const body = this.g.fn(this.scope, [{ kind: "i", shape: [] }, ...carry], carry, this.inside).fn
    if (this.r.chance(0.5)) {
      const upper = this.find({ kind: "i", shape: [] })
      this.step("foriTo", [upper, ...carry], carry, { maxSteps: this.g.bounded ? 6 : null }, [body])
    } else {
      this.step("fori", carry, carry, { k: this.r.int(-2, 2), n: this.r.int(0, 4), unroll: this.r.pick([1, 2]) }, [
        body
      ])
    }
  }

  map(): void {
    const type = this.g.type()
    const length = this.r.int(0, 5)
    const xs = this.find({ kind: type.kind, shape: [length, ...type.shape] })
    const results = Array.from({ length: this.r.int(1, 2) }, () => this.g.type())
    const { fn } = this.g.fn(this.scope, [type], results, this.inside)
    const batchSize = length > 0 && this.r.chance(0.5) ? this.r.int(1, 3) : 0
    const types = results.map(({ kind, shape }) => ({ kind, shape: [length, ...shape] }))
    this.step("map", [xs], types, { batchSize }, [fn])
  }

  associative(): void {
    const x = this.float([this.r.pick([1, 2, 3, 5, 6])])
    const reverse = this.r.chance(0.4)
    if (this.r.chance(0.5)) {
      this.step("assoc", [x], [x], { k: this.r.int(0, 2), reverse })
      return
    }
    this.step("affine", [x, this.float(x.shape)], [x, x], { reverse })
  }

  call(): void {
    const operands = Array.from({ length: this.r.int(0, 3) }, () => this.find(this.g.type()))
    const results = Array.from({ length: this.r.int(1, 3) }, () => this.g.type())
    const { fn } = this.g.fn(this.scope, operands, results, this.inside)
    const [op, a] = this.r.pick<readonly [string, Attributes]>([
      ["jit", {}],
      ["jit", {}],
      ["checkpoint", { policy: "none" }],
      ["checkpoint", { policy: "everything" }],
      ["checkpoint", { policy: "dots" }]
    ])
    this.step(op, operands, results, a, [fn])
  }

  vmap(): void {
    const size = this.r.int(1, 3)
    const types = Array.from({ length: this.r.int(1, 3) }, () => this.g.type())
    const inAxes = types.map(({ shape }, i) => i > 0 && this.r.chance(0.4) ? null : this.r.int(0, shape.length))
    const widened = ({ kind, shape }: Type, axis: number | null): Type =>
      axis === null ? { kind, shape } : { kind, shape: [...shape.slice(0, axis), size, ...shape.slice(axis)] }
    const operands = types.map((type, i) => this.find(widened(type, inAxes[i]!)))
    const results = Array.from({ length: this.r.int(1, 2) }, () => this.g.type())
    const outAxes = results.map(({ shape }) => this.r.int(0, shape.length))
    const name = this.g.axisName()
    const { fn } = this.g.fn(this.scope, types, results, {
      depth: this.around.depth - 1,
      axes: [...this.around.axes, { name, size }]
    })
    const widenedResults = results.map((type, i) => widened(type, outAxes[i]!))
    this.step("vmap", operands, widenedResults, { inAxes, outAxes, name }, [fn])
  }

  derivative(): void {
    const operands = Array.from({ length: this.r.int(1, 2) }, () => this.float())
    const results = Array.from({ length: this.r.int(1, 2) }, (): Type => ({ kind: "f", shape: this.r.pick(shapes) }))
    const op = this.r.pick(
      this.g.bounded ? ["jvp", "grad", "vjp", "linearize", "hessian", "jacfwd"] : ["jvp", "jacfwd"]
    )
    if (op === "grad") {
      const { fn } = this.g.fn(this.scope, operands, [{ kind: "f", shape: [] }], this.inside)
      this.step("grad", operands, operands, {}, [fn])
    } else if (op === "hessian" || op === "jacfwd") {
      const x = this.float([2])
      const shape = op === "hessian" ? [] : [3]
      const { fn } = this.g.fn(this.scope, [x], [{ kind: "f", shape }], this.inside)
      this.step(op, [x], [{ kind: "f", shape: op === "hessian" ? [2, 2] : [3, 2] }], {}, [fn])
    } else {
      const { fn } = this.g.fn(this.scope, operands, results, this.inside)
      const others = (op === "vjp" ? results : operands).map(({ shape }) => this.float(shape))
      const more = op === "vjp" ? operands : results
      this.step(op, [...operands, ...others], [...results, ...more], { k: operands.length }, [fn])
    }
  }

  lazyWhere(): void {
    const type = { kind: this.r.pick<Kind>(["f", "f", "i", "c"]), shape: this.r.pick(shapes) }
    const test = this.find({ kind: "b", shape: this.r.chance(0.5) ? [] : type.shape })
    const fns = [0, 1].map(() => this.g.fn(this.scope, [], [type], this.inside).fn)
    this.step("lazyWhere", [test], [type], {}, fns)
  }

  implicit(): void {
    const x = this.float()
    if (this.r.chance(0.5)) this.step("root", [this.float([]), this.float([])], [{ kind: "f", shape: [] }])
    else this.step("solve", [x, this.float(x.shape)], [x])
  }

  /** Rules of the user's own, and functions of the host. */
  hosted(): void {
    const x = this.find(this.g.type())
    if (this.r.chance(0.5)) {
      this.step(this.r.pick(["callback", "debug"]), [x], [x])
      return
    }
    const operands = Array.from({ length: this.r.int(1, 2) }, () => this.float())
    const results = [{ kind: "f" as const, shape: this.r.pick(shapes) }]
    // what a rule is not told of has no derivative, so that nothing is closed over
    const { fn } = this.g.fn([], operands, results, { ...this.inside, axes: [] })
    this.step("customJvp", operands, results, {}, [fn])
  }
}

export const generate = (seed: number): Case => {
  const r = make(seed)
  const bounded = r.chance(0.75)
  const g = new Generator(r, bounded, r.int(6, 24))
  const inputs = Array.from({ length: r.int(1, 3) }, () => {
    const shape = r.pick(shapes)
    return { shape, data: Array.from({ length: sizeOf(shape) }, () => Math.round((4 * r.next() - 2) * 1e4) / 1e4) }
  })
  const types = inputs.map(({ shape }): Type => ({ kind: "f", shape }))
  const wanted: ReadonlyArray<Type> = [
    { kind: "f", shape: [] },
    ...Array.from({ length: r.int(1, 3) }, () => g.type())
  ]
  const { fn } = g.fn([], types, wanted, { depth: 3, axes: [] }, 8)
  return { seed, bounded, f: fn, inputs }
}
