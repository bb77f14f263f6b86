import { describe, expect, it } from "@effect/vitest"
import * as DType from "effax/DType"
import { Numpy as np, Program } from "effax"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const AnyDType = Schema.Literals(DType.all)
const Operand = Schema.Struct({ dtype: AnyDType, weak: Schema.Boolean })

/** A bool is never weak: JavaScript's booleans are strong. */
const operand = ({ dtype, weak }: DType.Typed): DType.Typed => ({ dtype, weak: weak && dtype !== "bool" })

const joined = (...operands: ReadonlyArray<DType.Typed>) => DType.promoteTyped(operands.map(operand))

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

describe("promotion", () => {
  it.prop("is commutative", [AnyDType, AnyDType], ([a, b]) => {
    expect(DType.promote(a, b)).toBe(DType.promote(b, a))
  })

  it.prop("is associative", [AnyDType, AnyDType, AnyDType], ([a, b, c]) => {
    expect(DType.promote(DType.promote(a, b), c)).toBe(DType.promote(a, DType.promote(b, c)))
  })

  it.prop("is idempotent, and bool is neutral", [AnyDType], ([a]) => {
    expect(DType.promote(a, a)).toBe(a)
    expect(DType.promote(a, "bool")).toBe(a)
  })

  it.prop("of strong and weak operands does not depend on their order", [Operand, Operand, Operand], ([a, b, c]) => {
    const expected = joined(a, b, c)
    for (const order of [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]) {
      expect(joined(...order)).toEqual(expected)
    }
  })

  it.prop("of strong operands is strong, and that of two dtypes", [AnyDType, AnyDType], ([a, b]) => {
    const strong = (dtype: DType.DType) => ({ dtype, weak: false })
    expect(joined(strong(a), strong(b))).toEqual(strong(DType.promote(a, b)))
  })

  it.prop("of weak operands stays weak", [AnyDType, AnyDType], ([a, b]) => {
    const weak = (dtype: DType.DType) => ({ dtype, weak: true })
    expect(DType.promoteTyped([weak(a), weak(b)])).toEqual(weak(DType.promote(a, b)))
  })

  it("lets weak operands take a strong one's dtype where the kind allows", () => {
    const beside = (weak: DType.DType, strong: DType.DType) =>
      joined({ dtype: weak, weak: true }, { dtype: strong, weak: false }).dtype
    expect(beside("float32", "float16")).toBe("float16")
    expect(beside("float32", "bfloat16")).toBe("bfloat16")
    expect(beside("int32", "uint8")).toBe("uint8")
    expect(beside("int32", "float16")).toBe("float16")
    expect(beside("float32", "int8")).toBe("float32")
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
    const pairs = [
      DType.promote("uint8", "int8") satisfies "int16",
      DType.promote("uint64", "int32") satisfies "float32",
      DType.promote("bfloat16", "float16") satisfies "float32",
      DType.promote("complex64", "float64") satisfies "complex128"
    ]
    expect(pairs).toEqual(["int16", "float32", "float32", "complex128"])
  })
})

describe("derived dtypes", () => {
  it.prop("toInexact keeps inexact dtypes and makes float32 of others", [AnyDType], ([a]) => {
    expect(DType.toInexact(a)).toBe(DType.isInexact(a) ? a : "float32")
  })

  it.prop("sumOf adds small integers up in 32 bits", [AnyDType], ([a]) => {
    const small = DType.itemSize(a) < 4 && !DType.isInexact(a)
    expect(DType.sumOf(a)).toBe(small ? (DType.isUnsigned(a) ? "uint32" : "int32") : a)
  })

  it("realOf is what complex numbers are made of", () => {
    expect(DType.realOf("complex64")).toBe("float32")
    expect(DType.realOf("complex128")).toBe("float64")
    expect(DType.realOf("int8")).toBe("int8")
  })
})

describe("operations", () => {
  it.effect.prop("promote as the lattice says", [AnyDType, AnyDType], ([a, b]) =>
    Effect.gen(function*() {
      const program = yield* Program.trace(np.add as never, np.zeros([2], { dtype: a }), np.zeros([2], { dtype: b }))
      expect(program.results[0]!.aval).toEqual({ dtype: DType.promote(a, b), shape: [2], weak: false })
    }))
})
