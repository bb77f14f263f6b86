/**
 * Programs as pictures: text for the tools that draw graphs.
 *
 * @since 0.1.0
 */
import type { Cost } from "./Cost.ts"
import { checkOptions, type Known } from "./internal/arguments/options.ts"
import * as internal from "./internal/program/graph.ts"
import type { Program } from "./internal/program/program.ts"

/**
 * Options of pictures.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Whether boxes say what they cost; they do unless told. */
  readonly costs?: boolean | undefined
  /** Programs nested deeper than this are one box; 16 unless told, 0 for the outermost equations only. */
  readonly depth?: number | undefined
  /** Where the graph grows to: down unless told. */
  readonly direction?: "down" | "right" | undefined
}

const known: Known<Options> = { costs: true, depth: true, direction: true }

/** A box. @category models @since 0.1.0 */
export type Node = internal.Node
/** An arrow between two boxes. @category models @since 0.1.0 */
export type Edge = internal.Edge
/** A Program inside of the Program. @category models @since 0.1.0 */
export type Cluster = internal.Cluster
/** A Program as boxes and arrows. @category models @since 0.1.0 */
export type ProgramGraph = internal.ProgramGraph

/**
 * A Program as boxes and arrows, for those who draw it themselves.
 *
 * **Details**
 *
 * There is a node for every input, equation and result, in order of evaluation. Programs that are called are clusters whose
 * nodes take the operands themselves; Programs of control flow are clusters with inputs and results of their own, and their
 * `owner` is the node of the equation that runs them.
 *
 * @category graphs
 * @since 0.1.0
 */
export const graph = (program: Program, options: Options = {}): ProgramGraph =>
  internal.graphOf(program, checkOptions("ProgramView.graph", options, known).depth)

/** `1234567` as `1.23M`. */
const short = (n: number): string => {
  const units = ["", "k", "M", "G", "T", "P", "E"]
  let unit = 0
  let rest = n
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000
    unit++
  }
  return `${unit === 0 ? rest : Number(rest.toPrecision(3))}${units[unit]}`
}

const costText = ({ bytesAccessed, flops, transcendentals }: Cost): string =>
  [
    ...flops > 0 ? [`${short(flops)} flops`] : [],
    ...transcendentals > 0 ? [`${short(transcendentals)} transc.`] : [],
    `${short(bytesAccessed)}B`
  ].join(" · ")

const lines = ({ cost, details, title }: Node, options: Options): ReadonlyArray<string> => [
  title,
  ...details,
  ...cost === undefined || options.costs === false ? [] : [costText(cost)]
]

/** The nodes and clusters directly in a cluster. */
const contents = (of: ProgramGraph, cluster: number | undefined) => ({
  nodes: of.nodes.filter((node) => node.cluster === cluster),
  clusters: of.clusters.flatMap((inner, i) => inner.parent === cluster && inner.first !== undefined ? [i] : [])
})

// --- Mermaid --------------------------------------------------------------------------------------------------------

/** Characters that Mermaid or the HTML it makes would read as their own. */
const mermaidText = (text: string): string => text.replace(/[#"<>&`\\|]/g, (c) => `#${c.charCodeAt(0)};`)

const mermaidShapes: { readonly [K in Node["kind"]]: readonly [open: string, close: string] } = {
  capture: ["([", "])"],
  parameter: ["([", "])"],
  equation: ["[", "]"],
  result: ["([", "])"]
}

/**
 * A Program as a Mermaid flowchart, which GitHub and many editors draw inside of Markdown.
 *
 * **Details**
 *
 * Boxes are equations, with their parameters and costs; arrows are values, with dtypes and shapes; nested Programs are
 * frames. Equal Programs give equal text.
 *
 * **Gotchas**
 *
 * Mermaid refuses graphs of more than about 500 arrows unless it is configured otherwise. `ProgramPage` of `@effax/compiler`
 * draws larger ones.
 *
 * @example
 * ```ts
 * import { makeProgram, NdArray, Numpy as np, ProgramView } from "effax"
 *
 * const program = makeProgram((x: NdArray.Any) => np.multiply(np.sin(x), 2))(np.ones([3]))
 * ProgramView.mermaid(program, { costs: false })
 * // =>
 * // flowchart TB
 * //   n0(["parameter 0<br/>f32[3]"]):::parameter
 * //   n1["sin"]:::equation
 * //   n2["mul<br/>operand 1 = 2.0"]:::equation
 * //   n3(["result 0<br/>f32[3]"]):::result
 * //   n0 -->|"f32[3]"| n1
 * //   n1 -->|"f32[3]"| n2
 * //   n2 -->|"f32[3]"| n3
 * //   classDef equation fill:#ffffff,stroke:#8a8f98,color:#1f2328
 * //   classDef parameter fill:#e8f1fb,stroke:#5b8db8,color:#1f2328
 * //   classDef capture fill:#f3ecfa,stroke:#8e6bb0,color:#1f2328
 * //   classDef result fill:#e9f6ec,stroke:#5a9e6f,color:#1f2328
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const mermaid = (program: Program, options: Options = {}): string => {
  checkOptions("ProgramView.mermaid", options, known)
  const drawn = graph(program, options)
  const out = [`flowchart ${options.direction === "right" ? "LR" : "TB"}`]
  const write = (cluster: number | undefined, indent: string): void => {
    const { clusters, nodes } = contents(drawn, cluster)
    for (const node of nodes) {
      const [open, close] = mermaidShapes[node.kind]
      out.push(
        `${indent}${node.id}${open}"${lines(node, options).map(mermaidText).join("<br/>")}"${close}:::${node.kind}`
      )
    }
    for (const i of clusters) {
      out.push(`${indent}subgraph c${i}["${mermaidText(drawn.clusters[i]!.title)}"]`)
      write(i, `${indent}  `)
      out.push(`${indent}end`)
    }
  }
  write(undefined, "  ")
  for (const { from, label, to } of drawn.edges) out.push(`  ${from} -->|"${mermaidText(label)}"| ${to}`)
  drawn.clusters.forEach(({ first, owner }, i) => {
    if (owner !== undefined && first !== undefined) out.push(`  ${owner} -.- c${i}`)
  })
  for (const kind of ["equation", "parameter", "capture", "result"] as const) {
    const { fill, stroke } = colours[kind]
    out.push(`  classDef ${kind} fill:${fill},stroke:${stroke},color:#1f2328`)
  }
  return out.join("\n")
}

const colours: { readonly [K in Node["kind"]]: { readonly fill: string; readonly stroke: string } } = {
  equation: { fill: "#ffffff", stroke: "#8a8f98" },
  parameter: { fill: "#e8f1fb", stroke: "#5b8db8" },
  capture: { fill: "#f3ecfa", stroke: "#8e6bb0" },
  result: { fill: "#e9f6ec", stroke: "#5a9e6f" }
}

// --- Graphviz -------------------------------------------------------------------------------------------------------

const dotText = (text: string): string => text.replace(/[\\"]/g, (c) => `\\${c}`)

/**
 * A Program in the language of Graphviz: `dot -Tsvg program.dot > program.svg`.
 *
 * **Details**
 *
 * The same picture as {@link mermaid}'s.
 *
 * @example
 * ```ts
 * import { makeProgram, NdArray, Numpy as np, ProgramView } from "effax"
 *
 * const program = makeProgram((x: NdArray.Any) => np.sin(x))(np.ones([3]))
 * ProgramView.dot(program)
 * // =>
 * // digraph program {
 * //   graph [rankdir=TB, compound=true, fontname="Helvetica", fontsize=11]
 * //   node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, color="#8a8f98", fillcolor="#ffffff"]
 * //   edge [fontname="Helvetica", fontsize=9, color="#8a8f98"]
 * //   n0 [label="parameter 0\nf32[3]", color="#5b8db8", fillcolor="#e8f1fb"]
 * //   n1 [label="sin\n3 transc. · 24B"]
 * //   n2 [label="result 0\nf32[3]", color="#5a9e6f", fillcolor="#e9f6ec"]
 * //   n0 -> n1 [label="f32[3]"]
 * //   n1 -> n2 [label="f32[3]"]
 * // }
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const dot = (program: Program, options: Options = {}): string => {
  checkOptions("ProgramView.dot", options, known)
  const drawn = graph(program, options)
  const font = `fontname="Helvetica"`
  const { fill, stroke } = colours.equation
  const out = [
    "digraph program {",
    `  graph [rankdir=${options.direction === "right" ? "LR" : "TB"}, compound=true, ${font}, fontsize=11]`,
    `  node [shape=box, style="rounded,filled", ${font}, fontsize=11, color="${stroke}", fillcolor="${fill}"]`,
    `  edge [${font}, fontsize=9, color="${stroke}"]`
  ]
  const write = (cluster: number | undefined, indent: string): void => {
    const { clusters, nodes } = contents(drawn, cluster)
    for (const node of nodes) {
      const colour = colours[node.kind]
      const colouring = node.kind === "equation" ? "" : `, color="${colour.stroke}", fillcolor="${colour.fill}"`
      out.push(`${indent}${node.id} [label="${lines(node, options).map(dotText).join("\\n")}"${colouring}]`)
    }
    for (const i of clusters) {
      out.push(`${indent}subgraph cluster_${i} {`)
      out.push(
        `${indent}  label="${dotText(drawn.clusters[i]!.title)}"; style="rounded,filled"; color="#c9ced6"; ` +
          `fillcolor="#f6f8fa"`
      )
      write(i, `${indent}  `)
      out.push(`${indent}}`)
    }
  }
  write(undefined, "  ")
  for (const { from, label, to } of drawn.edges) out.push(`  ${from} -> ${to} [label="${dotText(label)}"]`)
  drawn.clusters.forEach(({ first, owner }, i) => {
    if (owner !== undefined && first !== undefined) {
      out.push(`  ${owner} -> ${first} [lhead=cluster_${i}, style=dashed, arrowhead=none]`)
    }
  })
  out.push("}")
  return out.join("\n")
}
