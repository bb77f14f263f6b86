/**
 * Documents of Programs, spoiled in one place or several.
 */

type Json = null | boolean | number | string | Array<Json> | { [name: string]: Json }

/** `[[[...]]]`. */
const nested = (depth: number): Json => {
  let json: Json = 0
  for (let i = 0; i < depth; i++) json = [json]
  return json
}

/** Values that stand where others are expected. */
const values: ReadonlyArray<() => Json> = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 1,
  () => 0.5,
  () => 1e308,
  () => 2 ** 31,
  () => 2 ** 53,
  () => "",
  () => "float32",
  () => "jit",
  () => "__proto__",
  () => "constructor",
  () => "toString",
  () => [],
  () => ({}),
  () => JSON.parse("{\"__proto__\": {\"programs\": []}}") as Json,
  () => ({ $program: 0 }),
  () => ({ $program: 1e9 }),
  () => ({ $record: {} }),
  () => ({ $record: null }),
  () => ({ $number: "NaN" }),
  () => ({ $number: "one" }),
  () => ({ $bigint: "9".repeat(100_000) }),
  () => ({ $bigint: "-5" }),
  () => nested(10_000),
  () => Array.from({ length: 100_000 }, () => 1),
  () => Array.from({ length: 300 }, (_, i) => i)
]

interface Place {
  readonly of: Array<Json> | { [name: string]: Json }
  readonly key: string | number
}

const placesIn = (root: Json): ReadonlyArray<Place> => {
  const found: Array<Place> = []
  const visit = (json: Json): void => {
    if (typeof json !== "object" || json === null) return
    const keys = Array.isArray(json) ? [...json.keys()] : Object.keys(json)
    for (const key of keys) {
      found.push({ of: json, key })
      visit((json as { [name: string | number]: Json })[key]!)
    }
  }
  visit(root)
  return found
}

const get = ({ key, of }: Place): Json => (of as { [name: string | number]: Json })[key]!

const set = ({ key, of }: Place, value: Json): void => {
  Object.defineProperty(of, key, { value, writable: true, enumerable: true, configurable: true })
}

const remove = ({ key, of }: Place): void => {
  if (Array.isArray(of)) of.splice(key as number, 1)
  else delete of[key]
}

/** Spoils a document; what comes out is a document's like no more, or another Program. */
export const spoil = (document: unknown, random: (below: number) => number): unknown => {
  const json = JSON.parse(JSON.stringify(document)) as Json
  for (let times = 1 + random(3); times > 0; times--) {
    const places = placesIn(json)
    const place = places[random(places.length)]!
    const other = JSON.parse(JSON.stringify(get(places[random(places.length)]!))) as Json
    const ways: ReadonlyArray<() => void> = [
      () => set(place, values[random(values.length)]!()),
      () => set(place, other),
      () => remove(place),
      () => {
        if (Array.isArray(place.of)) place.of.splice(place.key as number, 0, other)
        else set({ of: place.of, key: "extra" }, other)
      },
      () => {
        const value = get(place)
        if (typeof value === "number") set(place, value + random(3) - 1)
        else if (Array.isArray(value)) value.reverse()
      }
    ]
    const way = random(ways.length)
    ways[way]!()
    // what is very deep or long is not walked through any more
    if (way === 0) break
  }
  return json
}
