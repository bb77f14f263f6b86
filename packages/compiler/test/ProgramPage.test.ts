import { Compiler, ProgramPage } from "@effax/compiler"
import { describe, expect, it } from "@effect/vitest"
import { grad, Lax, makeProgram, type NdArray, Nn, Numpy as np, type Program, Random, ShapeDType } from "effax"

type X = NdArray.Any
const spec = (...shape: ReadonlyArray<number>) => new ShapeDType(shape, "float32")

const loss = (p: { readonly w: X; readonly b: X; readonly v: X }, x: X) =>
  np.mean(np.negative(Nn.logSoftmax(np.matmul(Nn.gelu(np.add(np.matmul(x, p.w), p.b)), p.v))))
const classifier = makeProgram(grad(loss))({ w: spec(20, 16), b: spec(16), v: spec(16, 5) }, spec(8, 20))
const deep = makeProgram((x: X) => {
  let y = x
  for (let i = 0; i < 100; i++) y = np.add(np.sin(y), np.multiply(np.mean(y), np.cos(np.multiply(y, i + 0.5))))
  return y
})(spec(50))
const control = makeProgram((w: X, xs: X) => {
  const [last, sums] = Lax.scan(
    (c: X, x: X) => {
      const next = np.tanh(np.add(np.matmul(c, w), x))
      return [next, np.sum(next)] as const
    },
    np.zeros([3]),
    xs
  )
  return Lax.cond(
    np.greater(np.sum(sums), 0),
    (y: X) => Lax.whileLoop((z: X) => np.less(np.sum(z), 100), (z: X) => np.multiply(np.exp(z), 2), y),
    (y: X) => np.sort(y),
    last
  )
})(spec(3, 3), spec(10, 3))
const odd = makeProgram(() => ({ one: np.ones([2]), two: 2 }))()
const sampled = makeProgram((x: X) => np.concatenate([Random.normal(Random.key(0), [4]), np.cumsum(x)]))(spec(4))

const programs: ReadonlyArray<readonly [string, Program.Program]> = [
  ["a gradient", classifier],
  ["500 equations", deep],
  ["control flow", control],
  ["constants", odd],
  ["random numbers", sampled]
]

/** Elements that have no end tag. */
const isVoid: ReadonlySet<string> = new Set(["meta", "!doctype"])

/** Why the tags of a page are not nested as they should be. */
const problems = (html: string): ReadonlyArray<string> => {
  const open: Array<string> = []
  const found: Array<string> = []
  const body = html.replace(/<style>[^<]*<\/style>/, "")
  for (const [tag, close, name, attributes] of body.matchAll(/<(\/?)([!\w]+)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*>/g)) {
    if (isVoid.has(name!)) continue
    if (close === "") {
      open.push(name!)
      const names = [...attributes!.matchAll(/\s([\w:-]+)=/g)].map((match) => match[1])
      if (new Set(names).size !== names.length) found.push(`twice: ${tag}`)
    } else if (open.pop() !== name) found.push(`closed: ${tag}`)
  }
  const rest = body.replace(/<(\/?)([!\w]+)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*>/g, "")
  if (/[<>]/.test(rest)) found.push(`stray: ${/.{0,30}[<>].{0,30}/s.exec(rest)![0]}`)
  for (const [entity] of rest.matchAll(/&(?!(?:amp|lt|gt|quot|#39);).{0,8}/g)) found.push(`entity: ${entity}`)
  return [...found, ...open]
}

const plansOf = (plan: ReturnType<typeof Compiler.compile>): ReadonlyArray<ReturnType<typeof Compiler.compile>> => [
  plan,
  ...plan.kernels.flatMap((kernel) =>
    (kernel.kind === "while" ? [kernel.body] : kernel.kind === "case" ? kernel.branches : []).flatMap(plansOf)
  )
]

describe("ProgramPage", () => {
  it.each(programs)("is well formed: %s", (_, program) => {
    expect(problems(ProgramPage.html(program))).toEqual([])
  })

  it("finds what is not well formed", () => {
    expect(problems("<p><b></p>")).not.toEqual([])
    expect(problems("<p>a < b</p>")).not.toEqual([])
    expect(problems("<p>a &b</p>")).not.toEqual([])
  })

  it.each(programs)("names every kernel, and every kernel has a box: %s", (_, program) => {
    const page = ProgramPage.html(program)
    const names = plansOf(Compiler.compile(program)).flatMap(({ kernels }) => kernels.map(({ name }) => name))
    const rows = [...page.matchAll(/<tr data-kernel="(\d+)">.*?<\/span>([\w ]*)<\/td>/g)]
    expect(rows.map((row) => row[2]).sort()).toEqual([...names].sort())
    for (const [, number, name] of rows) {
      // a copy of an input or a literal to a result is no operation
      if (name !== "copy") expect(page).toMatch(new RegExp(`class="box operation[^"]* k${number}[ "]`))
    }
  })

  it.each(programs)("every operation that is left has its kernel: %s", (_, program) => {
    const page = ProgramPage.html(program, { collapse: false })
    const boxes = [...page.matchAll(/class="box operation([^"]*)"[^>]*><title>([^<]*)</g)]
    const idle = boxes.filter(([, classes]) => classes === "").map((match) => match[2])
    expect(boxes.length).toBeGreaterThan(0)
    expect(idle).toEqual([])
  })

  it("needs nothing from elsewhere", () => {
    const page = ProgramPage.html(classifier).replaceAll("http://www.w3.org/2000/svg", "")
    expect(page).not.toMatch(/https?:|src=|<link|<script|@import|url\((?!#)/)
  })

  it("has the text of every stage", () => {
    const page = ProgramPage.html(classifier)
    for (const stage of Object.keys(Compiler.stages(classifier))) {
      expect(page).toContain(`<summary>${stage}<span>`)
    }
  })

  it("counts operations of kernels: a contraction with its epilogue", () => {
    const program = makeProgram((w: X, x: X) => np.tanh(np.matmul(x, w)))(spec(16, 32), spec(8, 16))
    const row = /<tr data-kernel="0">.*?<\/tr>/.exec(ProgramPage.html(program))![0]
    const cells = [...row.matchAll(/<td[^>]*>(?:<span[^>]*><\/span>)?([^<]*)<\/td>/g)].map((match) => match[1])
    expect(cells).toEqual([
      "0",
      "dot_general_tanh",
      "contract",
      "[8, 32] over 16",
      "8.19 k",
      "256",
      // 8 * 16, 16 * 32 and 8 * 32 elements of 4 bytes
      "3.58 kB",
      "100 %"
    ])
  })

  it("chains are one box, unless it is told otherwise", () => {
    const program = makeProgram((x: X) => np.exp(np.sin(np.cos(np.tanh(x)))))(spec(8))
    const boxes = (page: string) => page.match(/class="box operation/g)!.length
    expect(boxes(ProgramPage.html(program))).toBe(1)
    expect(boxes(ProgramPage.html(program, { collapse: false }))).toBe(4)
  })

  it("titles are escaped", () => {
    const page = ProgramPage.html(odd, { title: `<b> & "quotes"` })
    expect(page).toContain("<title>&lt;b&gt; &amp; &quot;quotes&quot;</title>")
    expect(problems(page)).toEqual([])
  })

  it("boxes of a layer don't overlap", () => {
    const page = ProgramPage.html(deep, { collapse: false })
    const boxes = [
      ...page.matchAll(
        /<g id="box-\d+" class="box [^"]*" transform="translate\(([\d.-]+) ([\d.-]+)\)">.*?<rect class="outline" width="([\d.]+)" height="([\d.]+)"/gs
      )
    ].map(([, x, y, width, height]) => [x, y, width, height].map(Number) as [number, number, number, number])
    expect(boxes.length).toBeGreaterThan(300)
    const overlaps = boxes.flatMap(([x, y, w, h], i) =>
      boxes.slice(i + 1).filter(([p, q, v, u]) =>
        x < p + v - 0.2 && p < x + w - 0.2 && y < q + u - 0.2 && q < y + h - 0.2
      )
    )
    expect(overlaps).toEqual([])
  })
})
