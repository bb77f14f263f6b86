import { describe, expect, it } from "vitest"
import {
  atomic,
  f32,
  f32x4,
  f64,
  f64x2,
  features,
  type FunctionBuilder,
  i16x8,
  i32,
  i32Atomic,
  i32x4,
  i64,
  i64Atomic,
  i64x2,
  i8x16,
  type Local,
  memory,
  ModuleBuilder,
  select,
  v128,
  type Value,
  Writer
} from "../src/internal/assembler/index.ts"

type Exported = (...values: ReadonlyArray<number | bigint>) => number | bigint

const instantiate = (module: ModuleBuilder, imports: WebAssembly.Imports = {}): Record<string, Exported> =>
  new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), imports).exports as Record<string, Exported>

/** One exported function `run(address) -> ()` over a fresh memory of one page. */
const overMemory = (body: (f: FunctionBuilder, address: Local<"i32">) => void): {
  readonly bytes: DataView
  readonly run: (address?: number) => void
} => {
  const module = new ModuleBuilder()
  module.importMemory()
  module.function({ params: ["i32"], export: "run" }, body)
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { run } = instantiate(module, { env: { memory } })
  return { bytes: new DataView(memory.buffer), run: (address = 0) => void run!(address) }
}

describe("encoding", () => {
  const written = (write: (out: Writer) => void): Array<number> => {
    const out = new Writer(1)
    write(out)
    return [...out.written()]
  }

  it("unsigned LEB128", () => {
    expect(written((out) => out.u32(0))).toEqual([0])
    expect(written((out) => out.u32(127))).toEqual([0x7f])
    expect(written((out) => out.u32(128))).toEqual([0x80, 0x01])
    expect(written((out) => out.u32(624485))).toEqual([0xe5, 0x8e, 0x26])
    expect(written((out) => out.u32(0xffffffff))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f])
  })

  it("signed LEB128, 32 bits", () => {
    expect(written((out) => out.s32(63))).toEqual([0x3f])
    expect(written((out) => out.s32(64))).toEqual([0xc0, 0x00])
    expect(written((out) => out.s32(-64))).toEqual([0x40])
    expect(written((out) => out.s32(-65))).toEqual([0xbf, 0x7f])
    expect(written((out) => out.s32(-123456))).toEqual([0xc0, 0xbb, 0x78])
    expect(written((out) => out.s32(-0x80000000))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78])
    expect(written((out) => out.s32(0xffffffff))).toEqual([0x7f])
  })

  it("signed LEB128, 64 bits", () => {
    expect(written((out) => out.s64(-1n))).toEqual([0x7f])
    expect(written((out) => out.s64(1n << 63n))).toEqual([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f])
  })

  it("constants survive the round trip", () => {
    const integers = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)]
    const longs = [0n, -1n, 1n << 40n, -(1n << 40n), (1n << 63n) - 1n, -(1n << 63n)]
    const doubles = [-0, 1 / 3, -Infinity, 5e-324, NaN]
    const module = new ModuleBuilder()
    integers.forEach((x, i) => module.function({ results: ["i32"], export: `i${i}` }, (f) => f.return(i32.const(x))))
    longs.forEach((x, i) => module.function({ results: ["i64"], export: `l${i}` }, (f) => f.return(i64.const(x))))
    doubles.forEach((x, i) => module.function({ results: ["f64"], export: `d${i}` }, (f) => f.return(f64.const(x))))
    doubles.forEach((x, i) => module.function({ results: ["f32"], export: `f${i}` }, (f) => f.return(f32.const(x))))
    const run = instantiate(module)
    integers.forEach((x, i) => expect(run[`i${i}`]!()).toBe(x))
    longs.forEach((x, i) => expect(run[`l${i}`]!()).toBe(x))
    doubles.forEach((x, i) => expect(run[`d${i}`]!()).toBe(x))
    doubles.forEach((x, i) => expect(run[`f${i}`]!()).toBe(Math.fround(x)))
  })
})

describe("control flow", () => {
  it("calls itself and a function defined later", () => {
    const module = new ModuleBuilder()
    const isOdd = module.declare({ params: ["i32"], results: ["i32"] })
    const isEven = module.function({ params: ["i32"], results: ["i32"], export: "isEven" }, (f, n) => {
      f.if(i32.eqz(n), () => f.return(i32.const(1)))
      f.return(f.call(isOdd, i32.sub(n, 1)))
    })
    module.define(isOdd, (f, n) => {
      f.if(i32.eqz(n), () => f.return(i32.const(0)))
      f.return(f.call(isEven, i32.sub(n, 1)))
    })
    const run = instantiate(module)
    expect([0, 1, 10, 11].map((n) => run["isEven"]!(n))).toEqual([1, 0, 1, 0])
  })

  it("forRange visits from, from + step, ... below to", () => {
    const module = new ModuleBuilder()
    module.function({ params: ["i32", "i32"], results: ["i32"], export: "sum" }, (f, from, to) => {
      const sum = f.local("i32")
      f.forRange({ from, to: i32.add(to, 0), step: 3 }, (i) => f.set(sum, i32.add(sum, i)))
      f.return(sum)
    })
    const { sum } = instantiate(module)
    expect(sum!(1, 11)).toBe(1 + 4 + 7 + 10)
    expect(sum!(5, 5)).toBe(0)
    expect(sum!(-4, 3)).toBe(-4 - 1 + 2)
  })

  it("while, block, br, brIf and brTable", () => {
    const module = new ModuleBuilder()
    module.function({ params: ["i32"], results: ["i32"], export: "collatz" }, (f, n) => {
      const steps = f.local("i32")
      f.while(() => i32.ne(n, 1), () => {
        f.if(i32.and(n, 1), () => f.set(n, i32.add(i32.mul(n, 3), 1)), () => f.set(n, i32.shrU(n, 1)))
        f.set(steps, i32.add(steps, 1))
      })
      f.return(steps)
    })
    module.function({ params: ["i32"], results: ["i32"], export: "name" }, (f, n) => {
      f.block((other) => {
        f.block((two) => {
          f.block((one) => f.brTable([one, two], other, n))
          f.return(i32.const(100))
        })
        f.return(i32.const(200))
      })
      f.return(select(i32.const(-1), i32.const(-2), i32.eq(n, 7)))
    })
    module.function({ params: ["i32"], results: ["i32"], export: "firstSquareAbove" }, (f, n) => {
      const i = f.local("i32")
      f.block((found) =>
        f.loop((next) => {
          f.brIf(found, i32.gtS(i32.mul(i, i), n))
          f.set(i, i32.add(i, 1))
          f.br(next)
        })
      )
      f.return(i)
    })
    const run = instantiate(module)
    expect(run["collatz"]!(27)).toBe(111)
    expect([0, 1, 2, 7, -1].map((n) => run["name"]!(n))).toEqual([100, 200, -2, -1, -2])
    expect(run["firstSquareAbove"]!(50)).toBe(8)
  })

  it("several results, imported functions, globals", () => {
    const module = new ModuleBuilder()
    const log = module.importFunction({ module: "env", name: "log", params: ["f64"] })
    const counter = module.global(i32.const(40))
    const divide = module.function({ params: ["i32", "i32"], results: ["i32", "i32"] }, (f, a, b) => {
      f.return(i32.divS(a, b), i32.remS(a, b))
    })
    module.function({ params: ["i32", "i32"], results: ["i32"], export: "run" }, (f, a, b) => {
      const [quotient, remainder] = f.callMany(divide, a, b)
      f.callVoid(log, f64.convertI32S(remainder))
      f.globalSet(counter, i32.add(f.globalGet(counter), 1))
      f.return(i32.add(i32.mul(quotient, 100), f.globalGet(counter)))
    })
    const seen: Array<number> = []
    const { run } = instantiate(module, { env: { log: (x: number) => seen.push(x) } })
    expect(run!(17, 5)).toBe(341)
    expect(run!(17, 5)).toBe(342)
    expect(seen).toEqual([2, 2])
  })

  it("releases and reuses locals, hoists constants to the entry", () => {
    const module = new ModuleBuilder()
    module.function({ params: ["f64"], results: ["f64"], export: "run" }, (f, x) => {
      const first = f.let(f64.mul(x, x))
      f.release(first)
      expect(f.local("f64", 7)).toBe(first)
      f.release(first)
      const inner = f.scope(() => {
        f.let(f64.const(1))
        return f.let(f64.add(x, 1))
      })
      const sum = f.local("f64")
      f.forRange({ to: 3 }, () => f.set(sum, f64.add(sum, f.hoist(f64.const(10)))))
      f.return(f64.add(sum, inner))
    })
    expect(instantiate(module)["run"]!(2)).toBe(33)
  })
})

describe("mistakes are found while building", () => {
  const build = (body: (f: FunctionBuilder) => void) => () => void new ModuleBuilder().function({}, body)

  it("an expression used twice", () => {
    expect(build((f) => {
      const x = i32.add(1, 2)
      f.drop(i32.mul(x, x))
    })).toThrow("used twice")
  })

  it("an operand of another type", () => {
    expect(build((f) => f.drop(i32.add(f64.const(1) as never, 2)))).toThrow("f64 where i32")
  })

  it("a local released twice", () => {
    expect(build((f) => {
      const x = f.let(i32.const(1))
      f.release(x, x)
    })).toThrow("released twice")
  })

  it("a function without body", () => {
    const module = new ModuleBuilder()
    module.declare({ export: "missing" })
    expect(() => module.bytes()).toThrow("missing was declared and never defined")
  })
})

describe("memory", () => {
  it("loads and stores every width with offsets", () => {
    const { bytes, run } = overMemory((f, p) => {
      f.do(i32.store8(p, -1, { offset: 100 }))
      f.do(i32.store16(p, 0x1234, { offset: 102, align: 1 }))
      f.do(i64.store(p, i64.load8S(p, { offset: 100 }), { offset: 104 }))
      f.do(i32.store(p, i32.load16U(p, { offset: 102 }), { offset: 112 }))
      f.do(f32.store(p, 1.5, { offset: 116 }))
      f.do(f64.store(p, f64.promoteF32(f32.load(p, { offset: 116 })), { offset: 120 }))
      f.do(i64.store32(p, -2, { offset: 128 }))
      f.do(i32.store(p, memory.size(), { offset: 132 }))
      f.do(memory.fill(i32.add(p, 200), 7, 10))
      f.do(memory.copy(i32.add(p, 300), i32.add(p, 200), 5))
    })
    run(16)
    expect(bytes.getUint8(116)).toBe(255)
    expect(bytes.getUint16(118, true)).toBe(0x1234)
    expect(bytes.getBigInt64(120, true)).toBe(-1n)
    expect(bytes.getInt32(128, true)).toBe(0x1234)
    expect(bytes.getFloat64(136, true)).toBe(1.5)
    expect(bytes.getInt32(144, true)).toBe(-2)
    expect(bytes.getInt32(148, true)).toBe(1)
    expect([bytes.getUint8(225), bytes.getUint8(226), bytes.getUint8(320), bytes.getUint8(321)]).toEqual([7, 0, 7, 0])
  })

  it("copies data segments at instantiation", () => {
    const module = new ModuleBuilder()
    module.importMemory()
    module.data(1000, Uint8Array.of(1, 2, 3))
    const shared = new WebAssembly.Memory({ initial: 1 })
    instantiate(module, { env: { memory: shared } })
    expect([...new Uint8Array(shared.buffer, 999, 5)]).toEqual([0, 1, 2, 3, 0])
  })

  it("atomics on shared memory", () => {
    const module = new ModuleBuilder()
    module.importMemory({ shared: true, initial: 1, maximum: 10 })
    module.function({ params: ["i32"], results: ["i32"], export: "run" }, (f, p) => {
      f.do(i32Atomic.store(p, 5))
      f.drop(i32Atomic.add(p, 3))
      f.drop(i32Atomic.compareExchange(p, 8, 20))
      f.drop(i32Atomic.compareExchange(p, 8, 99))
      f.do(atomic.fence())
      f.drop(i64Atomic.exchange(p, 1n << 40n, { offset: 8 }))
      f.drop(i64Atomic.sub(p, 1, { offset: 8 }))
      f.drop(atomic.notify(p, -1))
      // not the expected value: 1; the timeout passes: 2
      f.return(i32.add(
        i32.mul(atomic.wait32(p, 0, -1), 1000),
        i32.add(i32.mul(atomic.wait32(p, 20, 1000), 100), i32Atomic.load(p))
      ))
    })
    const shared = new WebAssembly.Memory({ shared: true, initial: 1, maximum: 10 })
    expect(instantiate(module, { env: { memory: shared } })["run"]!(64)).toBe(1220)
    expect(new DataView(shared.buffer).getBigInt64(72, true)).toBe((1n << 40n) - 1n)
  })
})

describe("vectors", () => {
  it("arithmetic, comparison, selection", () => {
    const { bytes, run } = overMemory((f, p) => {
      const x = f.let(v128.load(p))
      const y = f.let(f32x4.add(f32x4.mul(x, x), f32x4.splat(1)))
      f.do(v128.store(p, v128.bitselect(y, f32x4.neg(x), f32x4.gt(x, f32x4.const(0))), { offset: 16 }))
      f.do(i32.store(p, i32x4.bitmask(f32x4.lt(x, f32x4.const(0))), { offset: 32 }))
      f.do(f32.store(p, f32x4.extractLane(x, 2), { offset: 36 }))
      f.do(i32.store(p, v128.anyTrue(v128.zero()), { offset: 40 }))
    })
    const input = [1, -2, 3, -4]
    input.forEach((x, i) => bytes.setFloat32(4 * i, x, true))
    run()
    expect(input.map((_, i) => bytes.getFloat32(16 + 4 * i, true))).toEqual([2, 2, 10, 4])
    expect(bytes.getInt32(32, true)).toBe(0b1010)
    expect(bytes.getFloat32(36, true)).toBe(3)
    expect(bytes.getInt32(40, true)).toBe(0)
  })

  it("lanes, shuffles, widening, conversions", () => {
    const { bytes, run } = overMemory((f, p) => {
      const x = f.let(i32x4.const(1, -2, 3, -4))
      f.do(v128.store(p, i32x4.shuffle(x, i32x4.const(10, 20, 30, 40), [3, 0, 5, 4])))
      f.do(v128.store(p, f64x2.convertLowI32x4S(x), { offset: 16 }))
      f.do(v128.store(p, i64x2.extmulHighI32x4S(x, x), { offset: 32 }))
      f.do(v128.store(p, i8x16.narrowI16x8S(i16x8.narrowI32x4S(x, x), i16x8.splat(300)), { offset: 48 }))
      f.do(v128.store(p, f32x4.demoteF64x2Zero(f64x2.const(1.5, -2.5)), { offset: 64 }))
      f.do(v128.store(p, v128.load32Lane(p, i32x4.const(7), 2, { offset: 4 }), { offset: 80 }))
      f.do(v128.store32Lane(p, x, 3, { offset: 96 }))
      f.do(v128.store(p, v128.load64Zero(p, { offset: 0 }), { offset: 112 }))
      f.do(v128.store(p, i32x4.truncSatF32x4S(f32x4.const(1e20, NaN, -1.9, 2.9)), { offset: 128 }))
      f.do(v128.store(p, i64x2.shuffle(i64x2.const(1n, 2n), i64x2.const(3n, 4n), [1, 2]), { offset: 144 }))
      f.do(
        v128.store(p, i8x16.swizzle(i8x16.const(...Array(16).keys()), i8x16.const(15, 16, 0, ...Array(13).fill(99))), {
          offset: 160
        })
      )
    })
    run()
    const words = (offset: number) => [0, 1, 2, 3].map((i) => bytes.getInt32(offset + 4 * i, true))
    expect(words(0)).toEqual([-4, 1, 20, 10])
    expect([bytes.getFloat64(16, true), bytes.getFloat64(24, true)]).toEqual([1, -2])
    expect([bytes.getBigInt64(32, true), bytes.getBigInt64(40, true)]).toEqual([9n, 16n])
    expect([...new Int8Array(bytes.buffer, 48, 10)]).toEqual([1, -2, 3, -4, 1, -2, 3, -4, 127, 127])
    expect([0, 1, 2, 3].map((i) => bytes.getFloat32(64 + 4 * i, true))).toEqual([1.5, -2.5, 0, 0])
    expect(words(80)).toEqual([7, 7, 1, 7])
    expect(words(96)).toEqual([-4, 0, 0, 0])
    expect(words(112)).toEqual([-4, 1, 0, 0])
    expect(words(128)).toEqual([2147483647, 0, -1, 2])
    expect([bytes.getBigInt64(144, true), bytes.getBigInt64(152, true)]).toEqual([2n, 3n])
    expect([...new Uint8Array(bytes.buffer, 160, 3)]).toEqual([15, 0, 0])
  })

  // Each instruction that takes vectors and gives a vector, validated by the engine under its own opcode.
  it("every vector instruction validates", () => {
    const shapes = { v128, i8x16, i16x8, i32x4, i64x2, f32x4, f64x2 }
    const scalars = { i8x16: i32.const(0), i16x8: i32.const(0), i32x4: i32.const(0), i64x2: i64.const(0) }
    const lanes = { ...scalars, f32x4: f32.const(0), f64x2: f64.const(0) }
    let count = 0
    for (const [shape, instructions] of Object.entries(shapes)) {
      for (
        const [name, make] of Object.entries(instructions) as ReadonlyArray<
          [string, (...operands: ReadonlyArray<unknown>) => never]
        >
      ) {
        const x = v128.zero()
        const scalar = lanes[shape as keyof typeof lanes]
        const module = new ModuleBuilder()
        module.importMemory()
        module.function({}, (f) => {
          if (name === "const") f.drop(make(...(shape === "i64x2" ? [1n] : shape === "v128" ? [[1]] : [1])))
          else if (name === "splat") f.drop(make(scalar))
          else if (name.startsWith("extractLane")) f.drop(make(x, 1))
          else if (name === "replaceLane") f.drop(make(x, 1, scalar))
          else if (name === "shuffle") f.drop(make(x, x, Array(16).fill(0)))
          else if (name === "shl" || name.startsWith("shr")) f.drop(make(x, 3))
          else if (/^load.*Lane$/.test(name)) f.drop(make(0, x, 1))
          else if (/^store.*Lane$/.test(name)) f.do(make(0, x, 1))
          else if (name.startsWith("load")) f.drop(make(0))
          else if (name === "store") f.do(make(0, x))
          else f.drop(make(x, x, x))
        })
        expect(WebAssembly.validate(module.bytes()), `${shape}.${name}`).toBe(true)
        count++
      }
    }
    expect(count).toBeGreaterThan(250)
  })

  it("relaxed multiply-add is fused or not, and nothing else", () => {
    const { bytes, run } = overMemory((f, p) => {
      // (1 + 2^-23)^2 - (1 + 2^-22) is 2^-46 when it is rounded once, 0 when the product is rounded too
      const a = f32x4.const(1 + 2 ** -23)
      f.do(v128.store(p, f32x4.relaxedMadd(a, a, f32x4.const(-(1 + 2 ** -22)))))
      f.do(v128.store(p, f64x2.relaxedNmadd(f64x2.const(3), f64x2.const(4), f64x2.const(20)), { offset: 16 }))
    })
    run()
    expect(bytes.getFloat32(0, true)).toBe(features().fma ? 2 ** -46 : 0)
    expect(bytes.getFloat64(16, true)).toBe(8)
  })
})

describe("scalars", () => {
  it("every numeric instruction validates and a sample computes", () => {
    const families = { i32, i64, f32, f64 }
    for (const [type, instructions] of Object.entries(families)) {
      for (
        const [name, make] of Object.entries(instructions) as ReadonlyArray<
          [string, (...operands: ReadonlyArray<unknown>) => never]
        >
      ) {
        const module = new ModuleBuilder()
        module.importMemory()
        module.function({}, (f) => {
          const source = /(I32|I64|F32|F64)/.exec(name)?.[1]?.toLowerCase() ?? type
          const x = families[source as keyof typeof families].const(1)
          if (name.startsWith("load")) f.drop(make(0))
          else if (name.startsWith("store")) f.do(make(0, x))
          else if (name === "const") f.drop(x)
          else f.drop(make(x, x))
        })
        expect(WebAssembly.validate(module.bytes()), `${type}.${name}`).toBe(true)
      }
    }
    const module = new ModuleBuilder()
    const i = (name: string, value: (f: FunctionBuilder, x: Local<"i32">) => Value) =>
      module.function({ params: ["i32"], results: ["i32"], export: name }, (f, x) => f.return(value(f, x)))
    i("rotl", (_, x) => i32.rotl(x, 8))
    i("extend8S", (_, x) => i32.extend8S(x))
    i("bits", (_, x) => i32.reinterpretF32(f32.convertI32S(x)))
    i("sat", (_, x) => i32.truncSatF64S(f64.mul(f64.convertI32S(x), 1e9)))
    i("shrU", (_, x) => i32.wrapI64(i64.shrU(i64.extendI32S(x), 60)))
    const run = instantiate(module)
    expect(run["rotl"]!(0x12345678)).toBe(0x34567812)
    expect(run["extend8S"]!(0x1ff)).toBe(-1)
    expect(run["bits"]!(1)).toBe(0x3f800000)
    expect(run["sat"]!(3)).toBe(2147483647)
    expect(run["shrU"]!(-1)).toBe(15)
  })
})

it("features of this engine", () => {
  expect(features()).toMatchObject({ simd: true, relaxedSimd: true, threads: true })
})

it("emits 50 KB of code in a few milliseconds", () => {
  const build = (): number => {
    const module = new ModuleBuilder()
    module.importMemory()
    module.function({ params: ["i32"], export: "run" }, (f, p) => {
      for (let i = 0; i < 2500; i++) {
        f.scope(() => {
          const x = f.let(v128.load(p, { offset: 16 * i }))
          f.do(v128.store(p, f32x4.add(f32x4.mul(x, x), f32x4.sub(x, f32x4.sqrt(x))), { offset: 16 * i }))
        })
      }
    })
    return module.bytes().length
  }
  for (let i = 0; i < 20; i++) build()
  const start = performance.now()
  expect(build()).toBeGreaterThan(50_000)
  // 2 ms on a laptop; the bound only catches something quadratic
  expect(performance.now() - start).toBeLessThan(50)
})
