import { describe, expect, it } from "@effect/vitest"
import * as DType from "effax/DType"
import * as np from "effax/Numpy"
import { readFileSync } from "node:fs"

const strong = (dtype: DType.DType): DType.Typed => ({ dtype, weak: false })

/** All operands: a bool is never weak, since JavaScript's booleans are strong. */
const operands: ReadonlyArray<DType.Typed> = DType.all.flatMap((dtype) =>
  dtype === "bool" ? [strong(dtype)] : [strong(dtype), { dtype, weak: true }]
)

const pairs = <A>(of: ReadonlyArray<A>) => of.flatMap((a) => of.map((b) => [a, b] as const))
const triples = <A>(of: ReadonlyArray<A>) => pairs(of).flatMap(([a, b]) => of.map((c) => [a, b, c] as const))

const text = ({ dtype, weak }: DType.Typed) => weak ? `weak ${dtype}` : dtype
const joined = (...typed: ReadonlyArray<DType.Typed>) => text(DType.promoteTyped(typed))

/** uint64 beside a signed integer is a weak float32 in JAX: no integer holds both, and no float was asked for. */
const isWeakFloat = (a: DType.DType, b: DType.DType) =>
  a === "uint64" && DType.isSigned(b) || b === "uint64" && DType.isSigned(a)

describe("kinds", () => {
  const kinds: { readonly [D in DType.DType]: readonly [DType.Kind, bytes: number, abbreviation: string] } = {
    bool: ["bool", 1, "bool"],
    int8: ["signed", 1, "i8"],
    int16: ["signed", 2, "i16"],
    int32: ["signed", 4, "i32"],
    int64: ["signed", 8, "i64"],
    uint8: ["unsigned", 1, "u8"],
    uint16: ["unsigned", 2, "u16"],
    uint32: ["unsigned", 4, "u32"],
    uint64: ["unsigned", 8, "u64"],
    bfloat16: ["floating", 2, "bf16"],
    float16: ["floating", 2, "f16"],
    float32: ["floating", 4, "f32"],
    float64: ["floating", 8, "f64"],
    complex64: ["complex", 8, "c64"],
    complex128: ["complex", 16, "c128"]
  }

  it.each(DType.all)("%s", (dtype) => {
    const [kind, bytes, abbreviation] = kinds[dtype]
    expect(DType.of(dtype)).toEqual({ dtype, kind, itemSize: bytes, abbreviation })
    expect([DType.kind(dtype), DType.itemSize(dtype), DType.abbreviation(dtype)]).toEqual(kinds[dtype])
    expect({
      signed: DType.isSigned(dtype),
      unsigned: DType.isUnsigned(dtype),
      integer: DType.isInteger(dtype),
      floating: DType.isFloating(dtype),
      complex: DType.isComplex(dtype),
      inexact: DType.isInexact(dtype)
    }).toEqual({
      signed: kind === "signed",
      unsigned: kind === "unsigned",
      integer: kind === "signed" || kind === "unsigned",
      floating: kind === "floating",
      complex: kind === "complex",
      inexact: kind === "floating" || kind === "complex"
    })
  })

  it("are of all fifteen dtypes, and of nothing else", () => {
    expect(DType.all.toSorted()).toEqual(Object.keys(kinds).toSorted())
    expect(DType.all.every(DType.isDType)).toBe(true)
    for (const other of ["float", "toString", "__proto__", "", 1, null, undefined, {}]) {
      expect(DType.isDType(other)).toBe(false)
    }
  })
})

// every case there is, not a sample
describe("promotion", () => {
  it("is commutative", () => {
    for (const [a, b] of pairs(DType.all)) expect(DType.promote(a, b)).toBe(DType.promote(b, a))
    for (const [a, b] of pairs(operands)) expect(joined(a, b)).toBe(joined(b, a))
  })

  it("of many operands does not depend on their order", () => {
    for (const [a, b, c] of triples(operands)) {
      const orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
      const results = new Set(orders.map((order) => joined(...order)))
      if (results.size > 1) expect.fail(`${[a, b, c].map(text).join(", ")}: ${[...results].join(" or ")}`)
    }
  })

  it("of pairs is associative, but where uint64 meets a signed integer", () => {
    for (const [a, b, c] of triples(DType.all)) {
      const left = DType.promote(DType.promote(a, b), c)
      const right = DType.promote(a, DType.promote(b, c))
      if (left !== right && !pairs([a, b, c]).some(([x, y]) => isWeakFloat(x, y))) expect.fail(`${a}, ${b}, ${c}`)
    }
  })

  it("is idempotent, and bool is neutral", () => {
    for (const a of DType.all) {
      expect(DType.promote(a, a)).toBe(a)
      expect(DType.promote(a, "bool")).toBe(a)
    }
    for (const a of operands) expect(joined(a, a)).toBe(text(a))
  })

  it("of strong operands is that of their dtypes", () => {
    for (const [a, b] of pairs(DType.all)) {
      expect(DType.promoteTyped([strong(a), strong(b)])).toEqual({
        dtype: DType.promote(a, b),
        weak: isWeakFloat(a, b)
      })
    }
  })

  it("of weak operands stays weak", () => {
    for (const [a, b] of pairs(operands.filter(({ weak }) => weak))) {
      expect(DType.promoteTyped([a, b])).toEqual({ dtype: DType.promote(a.dtype, b.dtype), weak: true })
    }
  })

  it("lets weak operands take a strong one's dtype where the kind allows", () => {
    const beside = (weak: DType.DType, dtype: DType.DType) => joined({ dtype: weak, weak: true }, strong(dtype))
    expect(beside("float32", "float16")).toBe("float16")
    expect(beside("float32", "bfloat16")).toBe("bfloat16")
    expect(beside("int32", "uint8")).toBe("uint8")
    expect(beside("int32", "float16")).toBe("float16")
    expect(beside("float32", "int8")).toBe("weak float32")
    expect(beside("complex64", "float64")).toBe("complex128")
  })

  it("knows the pairs that surprise", () => {
    expect(DType.promote("uint8", "int8")).toBe("int16")
    expect(DType.promote("uint32", "int8")).toBe("int32")
    expect(DType.promote("uint64", "int8")).toBe("float32")
    expect(DType.promote("int64", "float16")).toBe("float16")
    expect(DType.promote("bfloat16", "float16")).toBe("float32")
    expect(DType.promote("float64", "complex64")).toBe("complex128")
  })

  // the type checker's table against the values' lattice: the types of these calls are checked, their values too
  it("in types is promotion in values", () => {
    const results = [
      DType.promote("uint8", "int8") satisfies "int16",
      DType.promote("uint64", "int32") satisfies "float32",
      DType.promote("bfloat16", "float16") satisfies "float32",
      DType.promote("complex64", "float64") satisfies "complex128"
    ]
    expect(results).toEqual(["int16", "float32", "float32", "complex128"])
  })
})

describe("derived dtypes", () => {
  it.each(DType.all)("of %s", (a) => {
    expect(DType.toInexact(a)).toBe(DType.isInexact(a) ? a : "float32")
    const isSmall = DType.itemSize(a) < 4 && !DType.isInexact(a)
    expect(DType.sumOf(a)).toBe(isSmall ? (DType.isUnsigned(a) ? "uint32" : "int32") : a)
    expect(DType.realOf(a)).toBe(a === "complex64" ? "float32" : a === "complex128" ? "float64" : a)
  })
})

describe("operations", () => {
  it("promote as the lattice says", () => {
    for (const [a, b] of pairs(DType.all)) {
      const { dtype, weak } = np.add(np.zeros([2], { dtype: a }), np.zeros([2], { dtype: b }))
      expect({ dtype, weak }).toEqual(DType.promoteTyped([strong(a), strong(b)]))
    }
  })

  it("give a number the dtype of the array beside it", () => {
    for (const a of DType.all) expect(np.add(np.zeros([2], { dtype: a }), 1).dtype).toBe(a === "bool" ? "float32" : a)
  })
})

it("the table that the type checker reads says what promote does, for all pairs", () => {
  const source = readFileSync(new URL("../src/internal/types/promotionTable.ts", import.meta.url), "utf8")
  const rows = [...source.matchAll(/readonly (\w+): \{([^}]*)\}/g)].map(([, row, cells]) =>
    [
      row!,
      Object.fromEntries([...cells!.matchAll(/readonly (\w+): "(\w+)"/g)].map(([, to, dtype]) => [to!, dtype!]))
    ] as const
  )
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(DType.all.map((a) => [a, Object.fromEntries(DType.all.map((b) => [b, DType.promote(a, b)]))]))
  )
})
