/**
 * Programs as text, in the grammar of JAX's jaxprs, line for line: width 80, names in order of first print, Programs that
 * occur twice or have more than ten equations hoisted to the top.
 */
import { format as formatAval } from "../../Aval.ts"
import type { DType } from "../../DType.ts"
import { checkOptions, type Known } from "../arguments/options.ts"
import { type Atom, type Equation, isProgram, Literal, type ProgramData, type Var } from "./model.ts"
import { programsIn } from "./nested.ts"
import { brk, concat, type Doc, group, join, nest, render } from "./prettyPrinter.ts"
import * as spelling from "./spelling.ts"

export interface PrintOptions {
  /** The number of columns; 80 unless told. */
  readonly width?: number | undefined
}

const known: Known<PrintOptions> = { width: true }

/** More equations than this are not printed inside an equation. */
const hoistAbove = 10

/** a, b, ..., z, ba, bb, ...: numbers in base 26. */
const letters = (n: number): string => {
  let out = ""
  let rest = n
  do {
    out = String.fromCharCode(97 + rest % 26) + out
    rest = Math.floor(rest / 26)
  } while (rest > 0)
  return out
}

/** What is known while one Program is printed. */
class Printing {
  private readonly names = new Map<Var, string>()
  private readonly hoisted = new Map<ProgramData, string>()
  private readonly combiners = new Map<string, ProgramData>()
  private readonly parameters = new Map<Equation, ReadonlyArray<spelling.Named>>()
  private readonly taken = new Set<string>()
  private counter = 0

  print(root: ProgramData, width: number): string {
    for (const variable of unusedOutputs(root)) this.names.set(variable, "_")
    this.hoist(root)
    const docs: Array<Doc> = []
    for (const [program, name] of this.hoisted) docs.push("let ", name, " = ", this.lambda(program), " in", brk())
    docs.push(this.lambda(root))
    return render({ _tag: "Concat", docs }, width)
  }

  /** Parameters are spelt once: what a spelling makes must stay the same Program. */
  private parametersOf(equation: Equation): ReadonlyArray<spelling.Named> {
    let known = this.parameters.get(equation)
    if (known === undefined) {
      const combiner = (name: string, dtype: DType): ProgramData => {
        const key = `${name} ${dtype}`
        let program = this.combiners.get(key)
        if (program === undefined) this.combiners.set(key, program = spelling.combiner(name, dtype))
        return program
      }
      this.parameters.set(equation, known = spelling.parameters({ equation, combiner }))
    }
    return known
  }

  /** Finds the Programs that are printed once at the top, breadth first, and names them after the calls. */
  private hoist(root: ProgramData): void {
    const visits = new Map<ProgramData, number>()
    const callNames = new Map<ProgramData, string>()
    const queue = [root]
    for (let head = 0; head < queue.length; head++) {
      const program = queue[head]!
      const before = visits.get(program) ?? 0
      // a third visit could tell nothing new
      if (before === 2) continue
      visits.set(program, before + 1)
      for (const equation of program.equations) {
        const parameters = this.parametersOf(equation)
        const name = parameters.find(([k, v]) => k === "name" && typeof v === "string")
        for (const [, value] of parameters) {
          for (const nested of programsIn(value)) {
            queue.push(nested)
            if (name !== undefined && !callNames.has(nested)) {
              callNames.set(nested, (name[1] as string).replace(/^[<>]+|[<>]+$/g, ""))
            }
          }
        }
      }
    }
    const used = new Map<string, number>()
    for (const [program, count] of visits) {
      if (count === 1 && (program === root || program.equations.length <= hoistAbove)) continue
      const base = callNames.get(program) ?? "jaxpr"
      const before = used.get(base) ?? 0
      used.set(base, before + 1)
      const name = before === 0 ? base : `${base}${before}`
      if (before > 0) used.set(name, (used.get(name) ?? 0) + 1)
      this.taken.add(name)
      this.hoisted.set(program, name)
    }
  }

  private name(variable: Var): string {
    let known = this.names.get(variable)
    if (known === undefined) {
      do known = letters(this.counter++)
      while (this.taken.has(known))
      this.names.set(variable, known)
    }
    return known
  }

  private atom(atom: Atom): string {
    return atom instanceof Literal ? spelling.literal(atom) : this.name(atom)
  }

  private binders(variables: ReadonlyArray<Var>): Doc {
    return nest(
      2,
      group(join(group(brk()), variables.map((v) => concat(`${this.name(v)}:${formatAval(v.aval)}`))))
    )
  }

  private atoms(atoms: ReadonlyArray<Atom>, separator = ""): Doc {
    return nest(2, group(join(concat(separator, group(brk())), atoms.map((atom) => this.atom(atom)))))
  }

  /** The variables of a Program take the names of those that they are called with. */
  private alias(inner: ReadonlyArray<Atom>, outer: ReadonlyArray<Atom>): void {
    if (inner.length !== outer.length) return
    const used = new Set<Var>()
    for (let i = 0; i < inner.length; i++) {
      const like = outer[i]!
      const of = inner[i]!
      if (like instanceof Literal || of instanceof Literal || used.has(like) || this.names.has(of)) continue
      used.add(like)
      this.names.set(of, this.name(like))
    }
  }

  private value(value: unknown): Doc {
    if (isProgram(value)) return this.hoisted.get(value) ?? this.lambda(value)
    if (Array.isArray(value) && value.length > 0 && value.every(isProgram)) {
      const inner = join(brk(), value.map((program: ProgramData) => this.value(program)))
      return group(concat(nest(2, concat("(", brk(""), inner)), brk(""), ")"))
    }
    return spelling.plain(value)
  }

  private equation(equation: Equation): Doc {
    const { inputs, outputs, primitive } = equation
    const parameters = this.parametersOf(equation)
    if (primitive.name === "jit") {
      const program = equation.params.jaxpr as ProgramData
      if (!this.hoisted.has(program)) {
        this.alias([...program.captures, ...program.parameters], inputs)
        this.alias(program.results, outputs)
      }
    }
    const docs: Array<Doc> = outputs.length === 0 ? [] : [this.binders(outputs), " = "]
    docs.push(spelling.primitiveName(primitive))
    if (parameters.length > 0) {
      const pairs = parameters.map(([name, value]) => concat(`${name}=`, this.value(value)))
      docs.push(group(concat(nest(2, concat("[", brk(""), join(brk(), pairs))), brk(""), "]")))
    }
    docs.push(" ", this.atoms(inputs))
    return concat(...docs)
  }

  private lambda(program: ProgramData): Doc {
    const captures = this.binders(program.captures)
    const parameters = this.binders(program.parameters)
    const equations = join(brk("; "), program.equations.map((equation) => this.equation(equation)))
    const results = this.atoms(program.results, ",")
    return group(concat(
      nest(
        2,
        concat(
          "{ lambda ",
          captures,
          "; ",
          parameters,
          ". let",
          nest(2, concat(brk(), equations)),
          brk(),
          "in ",
          "(",
          results,
          program.results.length === 1 ? ",)" : ")"
        )
      ),
      " }"
    ))
  }
}

/** The outputs of equations that nothing uses. */
const unusedOutputs = (program: ProgramData): ReadonlyArray<Var> => {
  const used = new Set<Atom>(program.results)
  const out: Array<Var> = []
  for (let i = program.equations.length - 1; i >= 0; i--) {
    const { inputs, outputs } = program.equations[i]!
    for (const variable of outputs) if (!used.has(variable)) out.push(variable)
    for (const atom of inputs) used.add(atom)
  }
  return out
}

export const print = (program: ProgramData, options?: PrintOptions): string =>
  new Printing().print(program, checkOptions("Program.print", options ?? {}, known).width ?? 80)
