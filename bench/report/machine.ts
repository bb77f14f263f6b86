import * as os from "node:os"

/** What the numbers were measured on, for people. */
export const machine = (): string => {
  const cpus = os.cpus()
  const gigabytes = (os.totalmem() / 2 ** 30).toFixed(0)
  return `${cpus[0]?.model.trim() ?? "unknown processor"}, ${cpus.length} logical cores, ${gigabytes} GiB, ` +
    `${os.type()} ${os.release()} ${os.arch()}, Node ${process.versions.node} (V8 ${process.versions.v8})`
}
