import { describe, expect, it } from "@effect/vitest"
import { jit, Lax, makeProgram, type NdArray, Nn, Numpy as np, Program, ProgramView, ShapeDType } from "effax"

type X = NdArray.Any
const spec = (...shape: ReadonlyArray<number>) => new ShapeDType(shape, "float32")

const bias = np.ones([3])
const layer = jit(function layer(w: X, x: X) {
  return np.add(Nn.relu(np.matmul(x, w)), bias)
})
const model = makeProgram((w: X, x: X) => ({ loss: np.sum(layer(w, x)), two: 2 }))(spec(4, 3), spec(2, 4))

const recurrent = makeProgram((w: X, xs: X) =>
  Lax.scan(
    (c: X, x: X) => {
      const next = np.tanh(np.add(np.matmul(c, w), x))
      return [next, np.sum(next)] as const
    },
    np.zeros([3]),
    xs
  )
)(spec(3, 3), spec(10, 3))

describe("ProgramView", () => {
  it("mermaid: calls are frames, inputs and results are marked", () => {
    expect(ProgramView.mermaid(model)).toMatchSnapshot()
  })

  it("dot: the same picture", () => {
    expect(ProgramView.dot(model, { costs: false, direction: "right" })).toMatchSnapshot()
  })

  it("Programs of control flow are frames with inputs and results of their own", () => {
    const { clusters, edges, nodes } = ProgramView.graph(recurrent)
    expect(clusters.map(({ title }) => title)).toEqual(["scan: jaxpr"])
    const [body] = clusters
    expect(nodes.find(({ id }) => id === body!.owner)?.title).toBe("scan")
    const inside = new Set(nodes.filter(({ cluster }) => cluster === 0).map(({ id }) => id))
    expect(inside.has(body!.first!)).toBe(true)
    expect(nodes.filter(({ cluster, kind }) => cluster === 0 && kind === "parameter")).toHaveLength(3)
    expect(nodes.filter(({ cluster, kind }) => cluster === 0 && kind === "result")).toHaveLength(2)
    // no value goes through the frame
    expect(edges.filter(({ from, to }) => inside.has(from) !== inside.has(to))).toEqual([])
    expect(ProgramView.mermaid(recurrent)).toContain(`${body!.owner} -.- c0`)
    expect(ProgramView.dot(recurrent)).toContain("lhead=cluster_0, style=dashed")
  })

  it("every edge goes from a node to a node, with the type of the value", () => {
    for (const program of [model, recurrent]) {
      const { edges, nodes } = ProgramView.graph(program)
      const ids = nodes.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { from, label, to } of edges) {
        expect(ids).toContain(from)
        expect(ids).toContain(to)
        expect(label).toMatch(/^(f32|bool|i32)\[[\d,]*\]$/)
      }
      const fed = new Map<string, number>()
      for (const { to } of edges) fed.set(to, (fed.get(to) ?? 0) + 1)
      for (const { equation, id } of nodes) {
        if (equation === undefined) continue
        expect(fed.get(id) ?? 0).toBe(equation.inputs.filter((atom) => !(atom instanceof Program.Literal)).length)
      }
    }
  })

  it("deeper Programs are one box when they are not wanted", () => {
    const { clusters, nodes } = ProgramView.graph(model, { depth: 0 })
    expect(clusters).toEqual([])
    expect(nodes.filter(({ kind }) => kind === "equation").map(({ title }) => title)).toEqual(["jit", "reduce_sum"])
  })

  it("equal Programs give equal text", () => {
    const make = () => makeProgram((x: X) => np.sin(np.multiply(x, 2)))(spec(3))
    expect(ProgramView.mermaid(make())).toBe(ProgramView.mermaid(make()))
    expect(ProgramView.dot(make())).toBe(ProgramView.dot(make()))
  })

  it("names are escaped", () => {
    const name = `a "b" <c> & \\d\`#|`
    const program = makeProgram(jit((x: X) => np.sin(x), { name }))(spec(3))
    expect(ProgramView.mermaid(program)).toContain(
      `subgraph c0["jit: a #34;b#34; #60;c#62; #38; #92;d#96;#35;#124;"]`
    )
    expect(ProgramView.dot(program)).toContain(`label="jit: a \\"b\\" <c> & \\\\d\`#|"`)
  })
})
