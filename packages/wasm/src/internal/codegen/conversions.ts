/**
 * Conversions between any two dtypes. Floats to integers saturate, with NaN to 0; integers wrap; anything but 0 is true.
 * There is a way from every dtype to the lanes that it is computed in, one between any two of those, and one from them to
 * every dtype.
 */
import { type DType, itemSize, kind } from "effax/DType"
import { f32, f32x4, f64, f64x2, i32x4, i64, i64x2, type Local, v128, type Value } from "../assembler/index.ts"
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./half.ts"
import { type LaneContext, type Lanes, lowHalves, type Vector } from "./lanes.ts"
import { narrow } from "./operation.ts"

/** The dtypes that instructions other than conversions have. */
type Computed = "int32" | "uint32" | "int64" | "uint64" | "float32" | "float64"

type Conversion = (k: LaneContext, x: Lanes) => ReadonlyArray<Vector>

const keep = (k: LaneContext, vectors: ReadonlyArray<Vector>): Lanes => vectors.map((v) => k.f.let(v))

/** Both halves of four 32-bit lanes as 64-bit lanes; the lower alone where there is one point. */
const halves = (
  low: (x: Vector) => Vector,
  high: (x: Vector) => Vector = (x) => low(swapHalves(x as Local<"v128">))
): Conversion =>
(k, [x]) => k.width === 1 ? [low(x!)] : [low(x!), high(x!)]

const swapHalves = (x: Local<"v128">): Vector => i32x4.shuffle(x, x, [2, 3, 0, 1])

/** Two vectors whose lower lanes hold results, made one. */
const joined = (emit: (x: Vector) => Vector): Conversion => (k, x) => {
  const [low, high] = keep(k, x.map((part) => emit(part)))
  return [high === undefined ? low! : i32x4.shuffle(low!, high, [0, 1, 4, 5])]
}

const each = (emit: (x: Local<"v128">) => Vector): Conversion => (_, x) => x.map(emit)

const same: Conversion = (_, x) => x

/** float32 to 64-bit integers, a scalar at a time. */
const truncated32 = (convert: (x: Value<"f32">) => Value<"i64">): Conversion => (k, [x]) => {
  const lane = (i: number) => convert(f32x4.extractLane(x!, i))
  if (k.width === 1) return [i64x2.splat(lane(0))]
  return [0, 2].map((i) => i64x2.replaceLane(i64x2.splat(lane(i)), 1, lane(i + 1)))
}

const truncated64 = (convert: (x: Value<"f64">) => Value<"i64">): Conversion => (k, x) =>
  x.map((part) => {
    const lane = (i: number) => convert(f64x2.extractLane(part, i))
    return k.width === 1 ? i64x2.splat(lane(0)) : i64x2.replaceLane(i64x2.splat(lane(0)), 1, lane(1))
  })

const rounded32 = (convert: (x: Value<"i64">) => Value<"f32">): Conversion => (k, x) => {
  const lane = (i: number) => convert(i64x2.extractLane(x[i >> 1]!, i & 1))
  let vector = f32x4.splat(lane(0))
  for (let i = 1; i < k.width; i++) vector = f32x4.replaceLane(vector, i, lane(i))
  return [vector]
}

const rounded64 = (convert: (x: Value<"i64">) => Value<"f64">): Conversion => (k, x) =>
  x.map((part) => {
    const lane = (i: number) => convert(i64x2.extractLane(part, i))
    return k.width === 1 ? f64x2.splat(lane(0)) : f64x2.replaceLane(f64x2.splat(lane(0)), 1, lane(1))
  })

const low: Conversion = (_, x) => [lowHalves(x)]

const extendS = halves(i64x2.extendLowI32x4S, i64x2.extendHighI32x4S)
const extendU = halves(i64x2.extendLowI32x4U, i64x2.extendHighI32x4U)

const between: { readonly [From in Computed]: { readonly [To in Computed]: Conversion } } = {
  int32: {
    int32: same,
    uint32: same,
    int64: extendS,
    uint64: extendS,
    float32: each(f32x4.convertI32x4S),
    float64: halves(f64x2.convertLowI32x4S)
  },
  uint32: {
    int32: same,
    uint32: same,
    int64: extendU,
    uint64: extendU,
    float32: each(f32x4.convertI32x4U),
    float64: halves(f64x2.convertLowI32x4U)
  },
  int64: {
    int32: low,
    uint32: low,
    int64: same,
    uint64: same,
    float32: rounded32(f32.convertI64S),
    float64: rounded64(f64.convertI64S)
  },
  uint64: {
    int32: low,
    uint32: low,
    int64: same,
    uint64: same,
    float32: rounded32(f32.convertI64U),
    float64: rounded64(f64.convertI64U)
  },
  float32: {
    int32: each(i32x4.truncSatF32x4S),
    uint32: each(i32x4.truncSatF32x4U),
    int64: truncated32(i64.truncSatF32S),
    uint64: truncated32(i64.truncSatF32U),
    float32: same,
    float64: halves(f64x2.promoteLowF32x4)
  },
  float64: {
    int32: joined(i32x4.truncSatF64x2SZero),
    uint32: joined(i32x4.truncSatF64x2UZero),
    int64: truncated64(i64.truncSatF64S),
    uint64: truncated64(i64.truncSatF64U),
    float32: joined(f32x4.demoteF64x2Zero),
    float64: same
  }
}

/** How a dtype's lanes become those of a computed dtype. */
const enter: { readonly [D in DType]?: readonly [Computed, (k: LaneContext, x: Local<"v128">) => Vector] } = {
  bool: ["uint32", (_, x) => i32x4.shrU(x, 31)],
  int8: ["int32", (_, x) => x],
  int16: ["int32", (_, x) => x],
  uint8: ["uint32", (_, x) => x],
  uint16: ["uint32", (_, x) => x],
  float16: ["float32", fromFloat16],
  bfloat16: ["float32", fromBfloat16]
}

interface Leaving {
  readonly through: Computed
  readonly convert: (k: LaneContext, x: Local<"v128">) => Vector
}

/** How integers are cut down to a narrow dtype: they wrap. */
const wrap: { readonly [D in DType]?: Leaving } = {
  int8: { through: "int32", convert: (_, x) => i32x4.shrS(i32x4.shl(x, 24), 24) },
  int16: { through: "int32", convert: (_, x) => i32x4.shrS(i32x4.shl(x, 16), 16) },
  uint8: { through: "uint32", convert: (k, x) => v128.and(x, k.constants.i32x4(0xff)) },
  uint16: { through: "uint32", convert: (k, x) => v128.and(x, k.constants.i32x4(0xffff)) },
  float16: { through: "float32", convert: toFloat16 },
  bfloat16: { through: "float32", convert: toBfloat16 }
}

const clampS = (low: number, high: number) => (k: LaneContext, x: Local<"v128">): Vector =>
  i32x4.minS(i32x4.maxS(x, k.constants.i32x4(low)), k.constants.i32x4(high))

/** How floats are cut down to a narrow integer dtype: they saturate. */
const saturate: { readonly [D in DType]?: Leaving } = {
  int8: { through: "int32", convert: clampS(-128, 127) },
  int16: { through: "int32", convert: clampS(-32768, 32767) },
  uint8: { through: "uint32", convert: (k, x) => i32x4.minU(x, k.constants.i32x4(0xff)) },
  uint16: { through: "uint32", convert: (k, x) => i32x4.minU(x, k.constants.i32x4(0xffff)) }
}

/** Whether elements are not 0, by dtype of the elements; NaN is not. */
const isTrue = (k: LaneContext, from: DType, x: Lanes): Vector => {
  const { constants } = k
  if (from === "float16" || from === "bfloat16") {
    return i32x4.gtS(v128.and(x[0]!, constants.i32x4(0x7fff)), constants.i32x4(0))
  }
  if (from === "float32") return f32x4.ne(x[0]!, constants.f32x4(0))
  if (from === "float64") return narrow(k, x.map((part) => f64x2.ne(part, constants.f64x2(0))))
  if (itemSize(from) === 8) return narrow(k, x.map((part) => i64x2.ne(part, constants.i64x2(0n))))
  return i32x4.ne(x[0]!, constants.i32x4(0))
}

/** The vectors of a value in another dtype. */
export const convert = (k: LaneContext, from: DType, to: DType, x: Lanes): ReadonlyArray<Vector> => {
  if (from === to) return x
  if (to === "bool") return [isTrue(k, from, x)]
  const entering = enter[from]
  const start = entering === undefined ? from as Computed : entering[0]
  const entered = entering === undefined ? x : keep(k, [entering[1](k, x[0]!)])
  const leaving = (kind(start) === "floating" ? saturate[to] : undefined) ?? wrap[to]
  const end = leaving === undefined ? to as Computed : leaving.through
  const converted = between[start][end](k, entered)
  return leaving === undefined ? converted : [leaving.convert(k, keep(k, converted)[0]!)]
}

/** The vectors of the same bits read as another dtype of the same width. */
export const bitcast = (k: LaneContext, from: DType, to: DType, x: Lanes): ReadonlyArray<Vector> => {
  if (itemSize(to) >= 4 || from === to) return x
  // Narrow lanes differ in what stands above the element.
  const signed = to === "int8" || to === "int16"
  return [wrap[signed ? to : itemSize(to) === 1 ? "uint8" : "uint16"]!.convert(k, x[0]!)]
}
