import { describe, expect, it } from "@effect/vitest"
import { Mesh, P, PartitionSpec, Tree } from "effax"
import { Equal, Hash } from "effect"
import { inspect } from "node:util"
import { failure } from "./derivatives.ts"

describe("Mesh", () => {
  const mesh = Mesh.make({ data: 4, model: 2 })

  it("keeps axes in order", () => {
    expect(mesh.axisNames).toEqual(["data", "model"])
    expect(mesh.axisSizes).toEqual([4, 2])
    expect(mesh.shape).toEqual({ data: 4, model: 2 })
    expect(mesh.size).toBe(8)
    expect(Mesh.make({}).size).toBe(1)
  })

  it("is a value", () => {
    expect(Equal.equals(mesh, Mesh.make({ data: 4, model: 2 }))).toBe(true)
    expect(Hash.hash(mesh)).toBe(Hash.hash(Mesh.make({ data: 4, model: 2 })))
    expect(Equal.equals(mesh, Mesh.make({ model: 2, data: 4 }))).toBe(false)
    expect(Equal.equals(mesh, Mesh.make({ data: 2, model: 4 }))).toBe(false)
    expect(Equal.equals(mesh, P("data"))).toBe(false)
    expect(Mesh.isMesh(mesh)).toBe(true)
    expect(Mesh.isMesh({ data: 4 })).toBe(false)
  })

  it("does not change with the record it was made of", () => {
    const shape = { x: 2 }
    const mesh = Mesh.make(shape)
    shape.x = 3
    expect(mesh.shape.x).toBe(2)
  })

  it("shows itself", () => {
    expect(String(mesh)).toBe("Mesh(data: 4, model: 2)")
    expect(inspect(mesh)).toBe("Mesh(data: 4, model: 2)")
    expect(JSON.parse(JSON.stringify(mesh))).toEqual({ _id: "Mesh", shape: { data: 4, model: 2 } })
  })

  it("refuses axes without a name and sizes that are none", () => {
    expect(failure(() => Mesh.make({ 0: 2 }))).toBe(
      "ArgumentError: Mesh.make: an axis can't be named \"0\"; its name must have a character that is not a digit"
    )
    expect(failure(() => Mesh.make({ x: 0 }))).toBe(
      "ArgumentError: Mesh.make: the size of the axis \"x\" must be a positive integer, got 0"
    )
    expect(failure(() => Mesh.make({ x: 1.5 }))).toContain("got 1.5")
  })
})

describe("PartitionSpec", () => {
  it("is a value, and a leaf of trees", () => {
    const spec = P("x", null, ["y", "z"])
    expect(spec.entries).toEqual(["x", null, ["y", "z"]])
    expect(Equal.equals(spec, PartitionSpec.make("x", null, ["y", "z"]))).toBe(true)
    expect(Hash.hash(spec)).toBe(Hash.hash(P("x", null, ["y", "z"])))
    expect(Equal.equals(spec, P("x", null, ["z", "y"]))).toBe(false)
    expect(Equal.equals(P("x"), P("x", null))).toBe(false)
    expect(PartitionSpec.isPartitionSpec(spec)).toBe(true)
    expect(PartitionSpec.isPartitionSpec(["x"])).toBe(false)
    expect(Tree.leaves([spec, { a: P() }])).toHaveLength(2)
  })

  it("shows itself", () => {
    expect(String(P("x", null, ["y", "z"]))).toBe("P(\"x\", null, [\"y\", \"z\"])")
    expect(inspect(P())).toBe("P()")
    expect(JSON.parse(JSON.stringify(P("x", null)))).toEqual({ _id: "PartitionSpec", entries: ["x", null] })
  })

  it("refuses a name given twice, and what is none", () => {
    expect(failure(() => P("x", ["y", "x"]))).toBe(
      "AxisNameError: P: P(\"x\", [\"y\", \"x\"]) has the mesh axis \"x\" twice; an array is divided along it once"
    )
    expect(failure(() => P(1 as unknown as string))).toBe(
      "ArgumentError: P: entry 0 must be the name of a mesh axis, a list of names, or null, got 1"
    )
  })
})
