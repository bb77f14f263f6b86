/**
 * A Program as boxes and arrows: what every picture of it is drawn from.
 */
import { format as formatAval } from "../../Aval.ts"
import * as Cost from "../../Cost.ts"
import type { Params } from "../../Primitive.ts"
import { type Atom, type Equation, Literal, type Var } from "./model.ts"
import { programsIn } from "./nested.ts"
import type { Program } from "./program.ts"
import * as spelling from "./spelling.ts"

export interface Node {
  readonly id: string
  readonly kind: "capture" | "parameter" | "equation" | "result"
  /** The name of the primitive, or of what goes in or out. */
  readonly title: string
  /** Lines under the title: operands that are literals, parameters. */
  readonly details: ReadonlyArray<string>
  /** The index of the cluster that it is in. */
  readonly cluster: number | undefined
  readonly equation: Equation | undefined
  readonly cost: Cost.Cost | undefined
}

export interface Edge {
  readonly from: string
  readonly to: string
  /** The dtype and shape of what goes along it. */
  readonly label: string
}

/** A Program inside of the Program. */
export interface Cluster {
  readonly title: string
  readonly parent: number | undefined
  /** The node of the equation that runs it; `undefined` for calls, whose equations take part in the graph around them. */
  readonly owner: string | undefined
  /** The first node in it, in some cluster inside of it if need be. */
  readonly first: string | undefined
}

export interface ProgramGraph {
  readonly nodes: ReadonlyArray<Node>
  readonly edges: ReadonlyArray<Edge>
  readonly clusters: ReadonlyArray<Cluster>
}

/** Where a value comes from: a node, or a literal, which has none. */
type Origin = string | Literal

/** Programs nested deeper than this are one box. */
const defaultDepth = 16

/** Longer spellings of parameters say less than their beginning. */
const maxDetail = 48

const shorten = (text: string): string => text.length > maxDetail ? `${text.slice(0, maxDetail - 1)}…` : text

/** The parameters of an equation that say something, spelt as in Programs. */
const spell = (equation: Equation): ReadonlyArray<string> =>
  spelling.parameters({ equation, combiner: spelling.combiner })
    .filter(([name, value]) => name !== "name" && programsIn(value).length === 0 && value !== null)
    .map(([name, value]) => shorten(`${name}=${spelling.plain(value)}`))

class Drawing {
  readonly nodes: Array<Node> = []
  readonly edges: Array<Edge> = []
  readonly clusters: Array<{ -readonly [K in keyof Cluster]: Cluster[K] }> = []
  private node(node: Omit<Node, "id">): string {
    const id = `n${this.nodes.length}`
    this.nodes.push({ id, ...node })
    for (
      let at = node.cluster === undefined ? undefined : this.clusters[node.cluster];
      at !== undefined && at.first === undefined;
      at = at.parent === undefined ? undefined : this.clusters[at.parent]
    ) at.first = id
    return id
  }

  private cluster(title: string, parent: number | undefined, owner: string | undefined): number {
    return this.clusters.push({ title, parent, owner, first: undefined }) - 1
  }

  /** A Program with nodes of its own for what goes in and out. */
  whole(program: Program, cluster: number | undefined, depth: number): void {
    const inputs = (variables: ReadonlyArray<Var>, kind: "capture" | "parameter"): ReadonlyArray<Origin> =>
      variables.map(({ aval }, i) =>
        this.node({
          kind,
          title: `${kind} ${i}`,
          details: [formatAval(aval)],
          cluster,
          equation: undefined,
          cost: undefined
        })
      )
    const origins = [...inputs(program.captures, "capture"), ...inputs(program.parameters, "parameter")]
    this.equations(program, origins, cluster, depth).forEach((origin, i) => {
      const { aval } = program.results[i]!
      const details = [formatAval(aval), ...origin instanceof Literal ? [spelling.literal(origin)] : []]
      const id = this.node({
        kind: "result",
        title: `result ${i}`,
        details,
        cluster,
        equation: undefined,
        cost: undefined
      })
      this.edge(origin, id, aval)
    })
  }

  private edge(from: Origin, to: string, aval: Atom["aval"]): void {
    if (typeof from === "string") this.edges.push({ from, to, label: formatAval(aval) })
  }

  /** The equations of a Program whose inputs come from somewhere; where its results come from. */
  private equations(
    program: Program,
    inputs: ReadonlyArray<Origin>,
    cluster: number | undefined,
    depth: number
  ): ReadonlyArray<Origin> {
    const environment = new Map<Var, Origin>()
    ;[...program.captures, ...program.parameters].forEach((variable, i) => environment.set(variable, inputs[i]!))
    const read = (atom: Atom): Origin => atom instanceof Literal ? atom : environment.get(atom)!
    for (const equation of program.equations) {
      const { outputs, params, primitive } = equation
      const operands = equation.inputs.map(read)
      const called = primitive.called?.(params)
      if (called !== undefined && depth > 0) {
        const inner = this.cluster(callTitle(equation), cluster, undefined)
        const results = this.equations(called, operands, inner, depth - 1)
        outputs.forEach((variable, i) => environment.set(variable, results[i]!))
        continue
      }
      const literals = operands.flatMap((of, i) =>
        of instanceof Literal ? [`operand ${i} = ${spelling.scalar(of.value, of.aval)}`] : []
      )
      const id = this.node({
        kind: "equation",
        title: spelling.primitiveName(primitive),
        details: [...literals, ...spell(equation)],
        cluster,
        equation,
        cost: Cost.ofEquation(equation)
      })
      operands.forEach((of, i) => this.edge(of, id, equation.inputs[i]!.aval))
      for (const variable of outputs) environment.set(variable, id)
      if (depth === 0) continue
      for (const [name, nested] of namedPrograms(params)) {
        this.whole(nested, this.cluster(`${primitive.name}: ${name}`, cluster, id), depth - 1)
      }
    }
    return program.results.map(read)
  }
}

const callTitle = ({ params, primitive }: Equation): string =>
  typeof params.name === "string" ? `${primitive.name}: ${params.name}` : primitive.name

/** The Programs among the parameters of an equation, by name: `body_jaxpr`, `branches 0`. */
const namedPrograms = (params: Params): ReadonlyArray<readonly [name: string, program: Program]> =>
  Object.entries(params).flatMap(([name, value]) => {
    const programs = programsIn(value)
    const spelt = spelling.snakeCase(name)
    return programs.map((program, i) => [Array.isArray(value) ? `${spelt} ${i}` : spelt, program] as const)
  })

export const graphOf = (program: Program, depth: number = defaultDepth): ProgramGraph => {
  const drawing = new Drawing()
  drawing.whole(program, undefined, depth)
  return drawing
}
