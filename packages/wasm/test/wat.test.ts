/**
 * Modules as text: what WABT reads back is the same module.
 */
import * as Compiler from "@effax/compiler/Compiler"
import { describe, expect, it } from "@effect/vitest"
import { Lax, NdArray, Nn, Numpy as np, Program, Random } from "effax"
import * as Effect from "effect/Effect"
import wabt from "wabt"
import { f32, f64, features, i32, i64, i64x2, ModuleBuilder } from "../src/internal/assembler/index.ts"
import { generate } from "../src/internal/codegen/module.ts"
import { instructions } from "../src/internal/wat/instructions.ts"
import { print } from "../src/internal/wat/print.ts"
import { Reader } from "../src/internal/wat/reader.ts"

const parser = await wabt()

const proposals = { threads: true, relaxed_simd: true, simd: true, bulk_memory: true, sat_float_to_int: true }

/** The contents of a module's sections, its names aside. */
const sectionsOf = (bytes: Uint8Array): ReadonlyMap<number, string> => {
  const reader = new Reader(bytes, 8)
  const sections = new Map<number, string>()
  while (reader.position < bytes.length) {
    const id = reader.byte()
    const contents = reader.take(reader.u32())
    if (id !== 0) sections.set(id, Buffer.from(contents).toString("hex"))
  }
  return sections
}

const readBack = (bytes: Uint8Array): Uint8Array => {
  const module = parser.parseWat("module.wat", print(bytes), proposals)
  try {
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

const expectSame = (bytes: Uint8Array): void => expect(sectionsOf(readBack(bytes))).toEqual(sectionsOf(bytes))

const moduleOf = (
  f: (...args: Array<NdArray.Any>) => unknown,
  args: ReadonlyArray<NdArray.Any>,
  options: Parameters<typeof generate>[1]
): Uint8Array => {
  const program = Program.withoutCaptures(Effect.runSync(Program.trace(f, ...args)))
  return generate(Compiler.compile(program), options).bytes
}

describe("print", () => {
  it.each<[string, (...args: Array<NdArray.Any>) => unknown, ReadonlyArray<NdArray.Any>]>([
    ["elementary functions", (x) => np.sin(np.exp(x!)), [np.zeros([100])]],
    ["softmax", (x) => Nn.softmax(x!), [np.zeros([30, 70])]],
    ["matmul", (x, y) => np.matmul(x!, y!), [np.zeros([65, 70]), np.zeros([70, 33])]],
    ["sort", (x) => np.sort(x!), [np.zeros([300])]],
    ["cumsum", (x) => np.cumsum(x!, { axis: 0 }), [np.zeros([300, 3])]],
    [
      "scan",
      (x) => Lax.scan((c, y) => [np.add(c, y), np.tanh(c)], np.zeros([3]), x!),
      [np.zeros([30, 3])]
    ],
    ["random numbers", () => Random.normal(Random.key(0), [100]), []],
    ["int64", (x) => np.remainder(x!, 7n), [np.zeros([9], { dtype: "int64" })]],
    ["float16", (x) => np.tanh(x!), [np.zeros([9], { dtype: "float16" })]]
  ])("of %s reads back as the same module", (_, f, args) => {
    for (const threads of [true, false]) {
      for (const relaxedSimd of [true, false]) {
        expectSame(moduleOf(f, args, { ...features, threads, relaxedSimd, profile: threads }))
      }
    }
  })

  it("keeps the bits of constants", () => {
    const module = new ModuleBuilder()
    module.function({ name: "constants" }, (f) => {
      for (const x of [0, -0, 1.5, -1e-45, 3.4028234663852886e38, Infinity, -Infinity, NaN, 0.1]) {
        f.drop(f32.const(x))
        f.drop(f64.const(x))
      }
      for (const x of [0, -1, 2 ** 31 - 1, -(2 ** 31)]) f.drop(i32.const(x))
      for (const x of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]) f.drop(i64.const(x))
      f.drop(i64x2.const(1n, -1n))
    })
    expectSame(module.bytes())
  })

  it("names blocks, and the branches that leave them", () => {
    const module = new ModuleBuilder()
    module.function({ params: ["i32"], results: ["i32"], export: "count" }, (f, x) => {
      f.block((end) => {
        f.loop((start) => {
          f.brIf(end, i32.eqz(x))
          f.set(x, i32.sub(x, 1))
          f.brTable([start, end], start, x)
        })
      })
      f.return(x)
    })
    expect(print(module.bytes())).toMatchInlineSnapshot(`
      "(module
        (export "count" (func $count))
        (func $count (param i32) (result i32)
          block $1
            loop $2
              local.get 0
              i32.eqz
              br_if $1
              local.get 0
              i32.const 1
              i32.sub
              local.set 0
              local.get 0
              br_table $2 $1 $2
            end
          end
          local.get 0
          return
          unreachable
        )
      )"
    `)
    expectSame(module.bytes())
  })
})

describe("instructions", () => {
  /** A function of nothing but this instruction: WABT knows its name, or it would not parse. */
  it("have the standard's names and codes", () => {
    for (const [opcode, { form, name }] of instructions) {
      if (form === "open" || form === "else" || form === "end" || name === "br_table" || name === "call") continue
      const immediates: { readonly [form: string]: string } = {
        index: name.startsWith("local") ? "0" : "$g",
        branch: "0",
        i32: "1",
        i64: "1",
        f32: "1",
        f64: "1",
        v128: "i32x4 0 0 0 0",
        lanes: "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        lane: "0",
        memoryLane: "0"
      }
      const body = `unreachable ${name} ${immediates[form] ?? ""} unreachable`
      const text = `(module (memory 1) (global $g (mut i32) (i32.const 0)) (func (local i32) ${body}))`
      const module = parser.parseWat("instruction.wat", text, proposals)
      const code = sectionsOf(module.toBinary({}).buffer).get(10)!
      module.destroy()
      const prefix = opcode >>> 16
      const low = opcode & 0xffff
      const encoded = prefix === 0 ? [low] : [prefix, ...(low < 0x80 ? [low] : [low & 0x7f | 0x80, low >>> 7])]
      // one function, its size, one local, `unreachable`, the instruction
      expect(code.slice(10), name).toMatch(new RegExp(`^00${Buffer.from(encoded).toString("hex")}`))
    }
  })
})
