/**
 * What becomes of loops and branches.
 */
import * as Compiler from "@effax/compiler/Compiler"
import * as Plan from "@effax/compiler/Plan"
import * as PlanVerifier from "@effax/compiler/PlanVerifier"
import { Lax as lax, NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { differences, plan, randomInputs, trace } from "./support.ts"

type Array_ = NdArray.Any
type F = (...args: Array<Array_>) => unknown

const text = (f: F, ...args: ReadonlyArray<Array_>): string => Plan.format(plan(f, args))

const int = (n: number): Array_ => np.array(n, { dtype: "int32" })

/** The Plan's kernels, and those of the Plans inside, by kind and name. */
const outline = ({ kernels }: Plan.Plan): ReadonlyArray<unknown> =>
  kernels.map((k) =>
    k.kind === "while"
      ? [k.kind, ...outline(k.body)]
      : k.kind === "case"
      ? [k.kind, ...k.branches.map(outline)]
      : k.kind
  )

const shape = (f: F, ...args: ReadonlyArray<Array_>): ReadonlyArray<unknown> => {
  const program = trace(f, ...args)
  expect(differences(program, randomInputs(program))).toEqual([])
  return outline(plan(f, args))
}

const whileOf = (f: F, ...args: ReadonlyArray<Array_>): Plan.While =>
  plan(f, args).kernels.find((k) => k.kind === "while") as Plan.While

describe("plans", () => {
  it("a scan runs a Plan on slices", () => {
    expect(text(
      (w, xs) =>
        lax.scan((c: Array_, x: Array_) => [np.add(np.multiply(c, w!), x), np.sin(x)] as const, np.ones([3]), xs!),
      np.zeros([3]),
      np.zeros([5, 3])
    )).toMatchInlineSnapshot(`
      "plan (in0, in1) -> (out0, out1) arena 128
      in0: f32[3]
      in1: f32[15]
      out0: f32[3]
      out1: f32[15]
      t0: f32[3] at 0
      t1: f32[3] at 64
      loop copy [3]
        %0:f32 = 1
        t0[i0] <- %0
      barrier
      while scan 5
        constants in0
        carries t0 -> out0 (t1)
        slices in1
        stacks out1
        plan (in0, in1, in2) -> (out0, out1) arena 0
        in0: f32[3]
        in1: f32[3]
        in2: f32[3]
        out0: f32[3]
        out1: f32[3]
        loop sin_mul_add [3]
          %0:f32 = in2[i0]
          %1:f32 = sin %0
          %2:f32 = in1[i0]
          %3:f32 = in0[i0]
          %4:f32 = mul %2 %3
          %5:f32 = add %4 %0
          out1[i0] <- %1
          out0[i0] <- %5"
    `)
  })

  it("a while loop hands its condition on", () => {
    expect(text(
      (x, limit) => lax.whileLoop((x: Array_) => np.less(x, limit!), (x: Array_) => np.multiply(x, 2), x!),
      np.zeros([]),
      np.zeros([])
    )).toMatchInlineSnapshot(`
      "plan (in0, in1) -> (out0) arena 256
      in0: f32[1]
      in1: f32[1]
      out0: f32[1]
      t0: bool[1] at 0
      t1: bool[1] at 128
      t2: f32[1] at 64
      t3: bool[1] at 192
      loop lt []
        %0:f32 = in0[0]
        %1:f32 = in1[0]
        %2:bool = lt %0 %1
        t0[0] <- %2
      barrier
      while while until carry 1 is false
        constants in1
        carries in0 -> out0 (t2), t0 -> t1 (t3)
        plan (in0, in1, in2) -> (out0, out1) arena 0
        in0: f32[1]
        in1: f32[1]
        in2: bool[1]
        out0: f32[1]
        out1: bool[1]
        loop mul_lt []
          %0:f32 = in1[0]
          %1:f32 = 2
          %2:f32 = mul %0 %1
          %3:f32 = in0[0]
          %4:bool = lt %2 %3
          out1[0] <- %4
          out0[0] <- %2"
    `)
  })

  it("a branch picks one of several Plans", () => {
    expect(text(
      (i, x) => lax.switch(i!, [(x: Array_) => np.sin(x), (x: Array_) => np.multiply(x, 2)], x!),
      int(0),
      np.zeros([4])
    )).toMatchInlineSnapshot(`
      "plan (in0, in1) -> (out0) arena 64
      in0: i32[1]
      in1: f32[4]
      out0: f32[4]
      t0: i32[1] at 0
      loop clamp []
        %0:i32 = in0[0]
        %1:i32 = 0
        %2:i32 = max %0 %1
        %3:i32 = 1
        %4:i32 = min %2 %3
        t0[0] <- %4
      barrier
      case cond t0
        out0 <- in1
        plan (in0) -> (out0) arena 0
        in0: f32[4]
        out0: f32[4]
        loop sin [4]
          %0:f32 = in0[i0]
          %1:f32 = sin %0
          out0[i0] <- %1
        plan (in0) -> (out0) arena 0
        in0: f32[4]
        out0: f32[4]
        loop mul [4]
          %0:f32 = in0[i0]
          %1:f32 = 2
          %2:f32 = mul %0 %1
          out0[i0] <- %2"
    `)
  })
})

describe("stages", () => {
  it("print the regions and Plans inside", () => {
    const program = trace(
      (x, xs) =>
        lax.scan(
          (c: Array_, y: Array_) =>
            [lax.cond(np.less(c, y), (c: Array_) => np.sin(c), (c: Array_) => np.add(c, y), c), undefined] as const,
          x!,
          xs!
        )[0],
      np.zeros([]),
      np.zeros([5])
    )
    const { program: _, ...stages } = Compiler.stages(program)
    expect(stages["decompose"]).toMatchInlineSnapshot(`
      "%0:f32[] = input[index=0]
      %1:f32[5] = input[index=1]
      %2:f32[] = while[body={inputs %0:f32[] %1:f32[]; %2:bool[] = lt %0 %1; %3:i32[] = convert_element_type[newDtype=int32 weakType=false] %2; %4:f32[] = case[branches=({;   inputs %0:f32[] %1:f32[];   %2:f32[] = add %1 %0;   results %2; },{;   inputs %0:f32[] %1:f32[];   %2:f32[] = sin %1;   results %2; })] %3 %1 %0; results %4} steps=5 condition=null reverse=false constants=0 carries=1] %0 %1
      results %2"
    `)
    for (const [stage, text] of Object.entries(stages)) {
      expect([stage, text.includes("while"), text.includes("case"), text.includes("sin")]).toEqual([
        stage,
        true,
        true,
        true
      ])
    }
  })
})

describe("what is left of a loop", () => {
  const xs = np.zeros([6, 2])

  it("nothing that nobody wants", () => {
    const { body, carries, constants, slices, stacks } = whileOf(
      (a, b, xs) => {
        const [[sum], [kept]] = lax.scan(
          ([s, t]: readonly [Array_, Array_], x: Array_) =>
            [[np.add(s, x), np.multiply(np.add(t, s), b!)], [np.multiply(x, a!), np.cos(t)]] as const,
          [np.zeros([2]), np.zeros([2])] as const,
          xs!
        )
        return [sum, kept]
      },
      np.zeros([2]),
      np.zeros([2]),
      xs
    )
    expect([carries.length, constants.length, slices.length, stacks.length]).toEqual([1, 1, 1, 1])
    expect(body.inputs.length).toBe(3)
  })

  it("carries that wanted ones depend on", () => {
    const { carries } = whileOf(
      (xs) =>
        lax.scan(
          ([s, t, u]: readonly [Array_, Array_, Array_], x: Array_) =>
            [[np.add(s, t), np.add(t, x), np.add(u, s)], x] as const,
          [np.zeros([2]), np.zeros([2]), np.zeros([2])] as const,
          xs!
        )[0][0],
      xs
    )
    expect(carries.length).toBe(2)
  })

  it("carries that never change are constants, and known ones are in the body", () => {
    const { body, carries, constants } = whileOf(
      (a, xs) =>
        lax.scan(
          ([s, t, u]: readonly [Array_, Array_, Array_], x: Array_) =>
            [[np.add(np.multiply(s, t), np.multiply(x, u)), t, u], undefined] as const,
          [np.zeros([2]), a!, np.full([2], 3)] as const,
          xs!
        )[0],
      np.zeros([2]),
      xs
    )
    expect([carries.length, constants.length]).toEqual([1, 1])
    expect(body.kernels.flatMap((k) => k.kind === "loop" ? k.body : [])).toContainEqual({
      op: "literal",
      dtype: "float32",
      value: 3
    })
  })

  it("results that are known or were there before are not stacked", () => {
    const { stacks } = whileOf(
      (a, xs) =>
        lax.scan(
          (s: Array_, x: Array_) => [np.add(s, x), [x, a!, np.ones([3]), np.sin(x)]] as const,
          np.zeros([2]),
          xs!
        ),
      np.zeros([2]),
      xs
    )
    expect(stacks.length).toBe(1)
    expect(shape(
      (a, xs) =>
        lax.scan(
          (s: Array_, x: Array_) => [np.add(s, x), [x, a!, np.ones([3]), np.sin(x)]] as const,
          np.zeros([2]),
          xs!
        ),
      np.zeros([2]),
      xs
    )).toContainEqual(["while", "loop"])
  })

  it("repeated slices are constants", () => {
    const { constants, slices } = whileOf(
      (a) =>
        lax.scan(
          (s: Array_, x: Array_) => [np.sin(np.add(s, x)), undefined] as const,
          np.zeros([2]),
          np.broadcastTo(a!, [9, 2])
        ),
      np.zeros([2])
    )
    expect([constants.length, slices.length]).toEqual([1, 0])
  })

  it("nothing at all, of no or one step", () => {
    const scan: (n: number) => F = (n) => (c, xs) =>
      lax.scan((s: Array_, x: Array_) => [np.sin(np.add(s, x)), np.cos(x)] as const, c!, lax.slice(xs!, [0, 0], [n, 2]))
    expect(shape(scan(0), np.zeros([2]), xs)).toEqual(["loop"])
    expect(shape(scan(1), np.zeros([2]), xs).flat()).not.toContain("while")
    expect(shape(scan(2), np.zeros([2]), xs).flat()).toContain("while")
  })

  it("arrays without elements do no harm", () => {
    expect(shape(
      (xs) =>
        lax.scan(
          ([s, e]: readonly [Array_, Array_], x: Array_) => [[np.add(s, x), e], np.zeros([0, 2])] as const,
          [np.zeros([2]), np.zeros([0])] as const,
          xs!
        ),
      xs
    )).toContainEqual(["while", "loop"])
  })
})

describe("unroll", () => {
  const scan: (unroll: number, reverse?: boolean) => F = (unroll, reverse = false) => (xs) =>
    lax.scan((s: Array_, x: Array_) => [np.sin(np.add(s, x)), np.multiply(s, x)] as const, np.ones([2]), xs!, {
      unroll,
      reverse
    })

  it("makes one step of as many as divide their number", () => {
    for (const reverse of [false, true]) {
      for (const [unroll, steps] of [[1, 12], [3, 4], [5, 3], [11, 2]] as const) {
        expect(whileOf(scan(unroll, reverse), np.zeros([12, 2])).steps).toBe(steps)
        shape(scan(unroll, reverse), np.zeros([12, 2]))
      }
    }
  })

  it("leaves no loop where it is the number of steps", () => {
    expect(shape(scan(12), np.zeros([12, 2])).flat()).not.toContain("while")
    expect(shape(scan(100, true), np.zeros([12, 2])).flat()).not.toContain("while")
  })
})

describe("branches", () => {
  const pick: (index: (i: Array_) => Array_) => F = (index) => (i, x) =>
    lax.switch(
      index(i!),
      [(x: Array_) => [np.sin(x), x, np.ones([2])], (x: Array_) => [np.cos(x), x, np.ones([2])]] as const,
      x!
    )

  it("with a known index are no branches", () => {
    for (const i of [-3, 0, 1, 7]) {
      expect(shape(pick(() => int(i)), int(0), np.zeros([4])).flat()).not.toContain("case")
    }
  })

  it("keep what differs", () => {
    const found = plan(pick((i) => i), [int(0), np.zeros([4])]).kernels.find((k) => k.kind === "case") as Plan.Case
    expect(found.outputs.length).toBe(1)
    shape(pick((i) => i), int(0), np.zeros([4]))
  })
})

describe("in place", () => {
  const set: (x: Array_, i: Array_, v: Array_) => Array_ = (x, i, v) =>
    lax.dynamicUpdateSlice(x, lax.reshape(v, [1]), [i])
  const get = (x: Array_, i: Array_): Array_ => lax.reshape(lax.dynamicSlice(x, [i], [1]), [])
  const loop: (step: (i: Array_, x: Array_) => Array_) => F = (step) => (x) => lax.foriLoop(0, 9, step, x!)
  const inPlace = (f: F, size = 300): boolean => {
    shape(f, np.zeros([size]))
    return whileOf(f, np.zeros([size])).carries.some((c) => c.spare === null)
  }

  it("an element that is set", () => {
    expect(inPlace(loop((i, x) => set(x, i, np.sin(lax.convertElementType(i, "float32")))))).toBe(true)
  })

  it("elements that are read before", () => {
    expect(inPlace(loop((i, x) => set(x, np.add(i, 1), np.add(get(x, i), 1))))).toBe(true)
  })

  it("elements that change places: what is overwritten is read before", () => {
    expect(inPlace(loop((i, x) => {
      const j = lax.sub(20, np.multiply(i, 2))
      return set(set(x, i, get(x, j)), j, get(x, i))
    }))).toBe(true)
  })

  it("versions in between", () => {
    expect(inPlace(loop((i, x) => {
      const first = set(x, i, np.add(get(x, np.add(i, 1)), 1))
      return set(first, np.add(i, 2), np.multiply(get(first, i), get(x, i)))
    }))).toBe(true)
  })

  it("a reduction of all of it before", () => {
    expect(inPlace(loop((i, x) => set(x, i, np.max(np.multiply(x, 2)))))).toBe(true)
  })

  /** Whether the loop inside, too, changes what it is given where it is. */
  const everywhere = (p: Plan.Plan): boolean =>
    p.kernels.every((k) =>
      k.kind === "while"
        ? k.carries.some((c) => c.spare === null) && everywhere(k.body)
        : k.kind === "case"
        ? k.outputs.some((b) => k.inputs.includes(b)) && k.branches.every(everywhere)
        : k.kind !== "loop" || k.space.length === 0
    )

  it("in a loop in a loop", () => {
    const f: F = loop((i, x) =>
      lax.foriLoop(
        0,
        5,
        (j: Array_, x: Array_) => set(x, np.add(i, j), np.add(get(x, i), 1)),
        set(x, i, get(x, np.add(i, 1)))
      )
    )
    expect(inPlace(f)).toBe(true)
    expect(everywhere(whileOf(f, np.zeros([300])).body)).toBe(true)
  })

  it("in a branch in a loop", () => {
    const f: F = loop((i, x) =>
      lax.cond(
        np.less(get(x, i), 1),
        (x: Array_) => set(x, i, np.sin(get(x, np.add(i, 1)))),
        (x: Array_) => x,
        set(x, np.add(i, 7), get(x, i))
      )
    )
    expect(inPlace(f)).toBe(true)
    expect(everywhere(whileOf(f, np.zeros([300])).body)).toBe(true)
  })

  it("not in a branch that has it from elsewhere", () => {
    const f: F = (x, y) =>
      lax.foriLoop(
        0,
        9,
        (i: Array_, x: Array_) =>
          lax.cond(np.less(get(x, i), 1), (x: Array_) => set(x, i, get(y!, i)), () => np.sin(y!), x),
        x!
      )
    shape(f, np.zeros([300]), np.zeros([300]))
    expect(whileOf(f, np.zeros([300]), np.zeros([300])).carries.every((c) => c.spare !== null)).toBe(true)
  })

  it("a version that is read where it can't be any more is copied", () => {
    expect(inPlace(loop((i, x) => {
      const next = set(x, i, np.add(get(x, np.add(i, 1)), 1))
      return set(
        next,
        lax.convertElementType(lax.clamp(0, get(next, i), 5), "int32"),
        get(x, lax.convertElementType(get(next, i), "int32"))
      )
    }))).toBe(false)
  })

  it("small arrays, and large parts, are computed anew", () => {
    expect(inPlace(loop((i, x) => set(x, i, np.ones([]))), 20)).toBe(false)
    expect(inPlace(loop((i, x) => lax.dynamicUpdateSlice(x, np.multiply(lax.slice(x, [0], [200]), 2), [i])))).toBe(
      false
    )
  })

  it("scatters", () => {
    const dimensionNumbers = {
      updateWindowDims: [],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      operandBatchingDims: [],
      scatterIndicesBatchingDims: []
    }
    const add: F = loop((i, x) =>
      lax.scatterAdd(
        x,
        lax.reshape(lax.broadcastInDim(i, [3], []), [3, 1]),
        np.add(lax.slice(x, [4], [7]), 1),
        dimensionNumbers
      )
    )
    expect(inPlace(add)).toBe(true)
    expect(whileOf(add, np.zeros([300])).body.kernels.filter((k) => k.kind === "scatter").length).toBe(1)
  })
})

describe("the verifier", () => {
  const program = trace(
    (xs) => lax.scan((c: Array_, x: Array_) => [np.add(c, x), np.sin(c)] as const, np.ones([3]), xs!),
    np.zeros([5, 3])
  )
  const compiled = Compiler.compile(program)
  const changed = (change: (kernel: Plan.While) => Partial<Plan.While>): ReadonlyArray<string> =>
    PlanVerifier.problems({
      ...compiled,
      kernels: compiled.kernels.map((k) => k.kind === "while" ? { ...k, ...change(k) } : k)
    })

  it("finds nothing in what is right", () => expect(PlanVerifier.problems(compiled)).toEqual([]))

  it("finds slices of another length", () => {
    expect(changed(() => ({ steps: 4 })).join()).toMatch(/inputs 1 is float32\[15\], expected float32\[12\]/)
  })

  it("finds operands that are missing", () => {
    expect(changed(() => ({ slices: [] })).join()).toMatch(/1 inputs, expected 2/)
  })

  it("finds spare room that is no room", () => {
    expect(changed(({ carries: [c] }) => ({ carries: [{ ...c!, spare: c!.result }] })).join())
      .toMatch(/two results in one buffer/)
    expect(changed(({ carries: [c] }) => ({ carries: [{ ...c!, spare: null }] })).join())
      .toMatch(/in place or has spare room/)
  })

  it("finds what is wrong inside", () => {
    expect(changed(({ body }) => ({ body: { ...body, kernels: body.kernels.slice(1) } })).join())
      .toMatch(/output 0 is not filled/)
  })

  it("finds conditions that are none", () => {
    expect(changed(() => ({ steps: null })).join()).toMatch(/null steps/)
    expect(changed(() => ({ condition: 0 })).join()).toMatch(/condition is float32\[3\], expected bool\[1\]/)
  })
})
