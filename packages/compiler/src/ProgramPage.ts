/**
 * A Program, its kernels and every stage of its compilation as one HTML page.
 *
 * @since 0.1.0
 */
import { toEnd } from "effax/Backend"
import * as Cost from "effax/Cost"
import * as Program from "effax/Program"
import * as Compiler from "./Compiler.ts"
import { specOf } from "./internal/kernels/index.ts"
import { colourOf } from "./internal/page/colours.ts"
import { bytes, element, escape, pixels, short } from "./internal/page/markup.ts"
import { collapse, type Drawn, type PictureKernel, pictureOf } from "./internal/page/picture.ts"
import { fading, style } from "./internal/page/style.ts"
import { svg } from "./internal/page/svg.ts"
import { weight } from "./internal/page/weight.ts"
import { stageOptions, toRegion } from "./internal/stages.ts"
import * as PlanCost from "./PlanCost.ts"

/**
 * Options of the page.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Compiler.Options {
  /** The heading; `Program` unless told. */
  readonly title?: string | undefined
  /** Whether operations that follow one another in one kernel are drawn as one box; they are unless told. */
  readonly collapse?: boolean | undefined
}

interface Row extends PictureKernel {
  readonly cost: Cost.Cost
  /** Its part of the weight of all kernels outside of control flow. */
  readonly share: number
}

const rowsOf = ({ kernels }: Drawn): ReadonlyArray<Row> => {
  const costs = kernels.map(({ kernel, plan }) => PlanCost.ofKernel(plan, kernel))
  const total = kernels.reduce((sum, { depth }, i) => depth === 0 ? sum + weight(costs[i]!) : sum, 0)
  return kernels.map((drawn, i) => ({ ...drawn, cost: costs[i]!, share: total === 0 ? 0 : weight(costs[i]!) / total }))
}

const facts = (program: Program.Program, rows: ReadonlyArray<Row>, arena: number): string => {
  const { bytesAccessed, equations, flops, lowerBound, transcendentals } = Cost.analysis(program)
  const least = lowerBound ? "≥ " : ""
  const fact = (name: string, value: string): string =>
    element("div", {}, element("dt", {}, escape(name)), element("dd", {}, escape(value)))
  return element(
    "dl",
    {},
    fact("equations", String(equations.length)),
    fact("kernels", String(rows.length)),
    fact("operations", `${least}${short(flops)}`),
    fact("transcendentals", `${least}${short(transcendentals)}`),
    fact("bytes accessed, unfused", `${least}${bytes(bytesAccessed)}`),
    fact(
      "bytes accessed by kernels",
      bytes(rows.reduce((sum, { cost, depth }) => depth === 0 ? sum + cost.bytesAccessed : sum, 0))
    ),
    fact("bytes of temporaries", bytes(arena))
  )
}

const shareCell = ({ depth, number, share }: Row): string => {
  // kernels inside of control flow are counted there
  if (depth > 0) return element("td", {}, "")
  const percent = 100 * share
  return element(
    "td",
    {},
    element("span", {
      class: "bar",
      style: `width:${pixels(Math.max(1, 1.1 * percent))}px;background:${colourOf(number).stroke}`
    }),
    escape(percent >= 10 ? `${Math.round(percent)} %` : `${percent.toFixed(1)} %`)
  )
}

const markupOf = (row: Row): string => {
  const { cost, depth, kernel, number } = row
  const { fill, stroke } = colourOf(number)
  return element(
    "tr",
    { "data-kernel": number },
    element("td", { class: "n" }, String(number)),
    element(
      "td",
      { class: "name", style: depth === 0 ? undefined : `padding-left:${12 + 18 * depth}px` },
      element("span", { class: "chip", style: `background:${fill};border-color:${stroke}` }),
      escape(kernel.name)
    ),
    element("td", {}, escape(kernel.kind)),
    element("td", { class: "space" }, escape(specOf(kernel).extents(kernel))),
    element("td", { class: "n" }, short(cost.flops)),
    element("td", { class: "n" }, short(cost.transcendentals)),
    element("td", { class: "n" }, bytes(cost.bytesAccessed)),
    shareCell(row)
  )
}

const table = (rows: ReadonlyArray<Row>): string => {
  const heading = (name: string, numeric: boolean): string => element("th", numeric ? { class: "n" } : {}, escape(name))
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        heading("#", true),
        heading("kernel", false),
        heading("kind", false),
        heading("iteration space", false),
        heading("operations", true),
        heading("transcendentals", true),
        heading("bytes", true),
        heading("share of cost", false)
      )
    ),
    element("tbody", {}, ...rows.map(markupOf))
  )
}

const stageTexts = (program: Program.Program, options: Options): string =>
  Object.entries(Compiler.stages(program, options)).map(([stage, text]) =>
    element(
      "details",
      { open: stage === "program" ? "" : undefined },
      element("summary", {}, escape(stage), element("span", {}, `${text.split("\n").length} lines`)),
      element("pre", {}, escape(text))
    )
  ).join("\n")

/**
 * One HTML page that needs nothing else: the operations as a graph, coloured by the kernel that computes them, a table of
 * kernels with their costs, and the text of every stage.
 *
 * **When to use**
 *
 * To see what was fused, which kernel takes the time, and what a transformation made of a function. For a picture inside of a
 * document, see `ProgramView` of `effax`.
 *
 * **Details**
 *
 * The graph is the Program after simplification: calls are inlined, and what is computed twice or never is gone. A box with
 * stripes of several colours is computed again in several kernels, because that is cheaper than to store it. Chains of
 * operations in one kernel are one box. Pointing at a row of the table shows where its kernel is; pointing at a box, what it
 * does. A kernel's share of the cost is that of its operations or its bytes, whichever are more, a transcendental counting
 * as 16 operations: a rough guide, and no measurement.
 *
 * Throws a `LoweringError` for what no kernel can compute.
 *
 * @example
 * ```ts
 * import { ProgramPage } from "@effax/compiler"
 * import { grad, makeProgram, NdArray, Numpy as np } from "effax"
 *
 * const loss = (w: NdArray.Any, x: NdArray.Any) => np.sum(np.tanh(np.matmul(x, w)))
 * const page = ProgramPage.html(makeProgram(grad(loss))(np.ones([4, 3]), np.ones([2, 4])), { title: "The gradient" })
 * page.startsWith("<!doctype html>") // => true
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const html = (program: Program.Program, options: Options = {}): string => {
  const title = options.title ?? "Program"
  const complete = stageOptions(options)
  const drawn = pictureOf(toEnd(toRegion.run(program, complete)), complete)
  const rows = rowsOf(drawn)
  const { arena } = Compiler.compile(program, options)
  return [
    "<!doctype html>",
    `<html lang="en">`,
    "<head>",
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    element("title", {}, escape(title)),
    `<style>\n${style}\n${fading(rows.map(({ number }) => number))}\n</style>`,
    "</head>",
    "<body>",
    element("header", {}, element("h1", {}, escape(title)), facts(program, rows, arena)),
    element("h2", {}, "Operations"),
    `<p class="note">Coloured by the kernel that computes them; several stripes: computed again in several kernels. ` +
    `Dashed boxes stand for boxes further up.</p>`,
    `<div class="sheet picture">${svg(drawn.picture, options.collapse === false ? (x) => x : collapse)}</div>`,
    element("h2", {}, "Kernels"),
    `<p class="note">In order of execution. The share weighs operations (a transcendental counts as 16) against bytes, ` +
    `and takes the larger.</p>`,
    `<div class="sheet table">${table(rows)}</div>`,
    element("h2", {}, "Stages"),
    `<p class="note">What the Program looks like after each stage of the compiler.</p>`,
    `<div class="sheet">\n${stageTexts(program, options)}\n</div>`,
    "</body>",
    "</html>",
    ""
  ].join("\n")
}
