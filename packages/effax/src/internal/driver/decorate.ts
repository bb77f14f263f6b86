/**
 * Drivers that wrap other drivers.
 */
import type { Driver, Executable } from "./driver.ts"

/** All members of a driver. The type requires an entry for every new member. */
const members: { readonly [K in keyof Required<Driver>]: "value" | "method" } = {
  name: "value",
  capabilities: "value",
  upload: "method",
  uploadNow: "method",
  download: "method",
  lower: "method",
  compile: "method",
  execute: "method",
  executeNow: "method",
  release: "method",
  unload: "method",
  bytesLive: "method",
  profile: "method"
}

/** Members that do the work of another member synchronously. */
const shortcuts: { readonly [K in keyof Driver]?: keyof Driver } = { uploadNow: "upload", executeNow: "execute" }

/**
 * A driver with some members of another one replaced. The inner driver may be a class instance: its methods keep their
 * `this`. Replacing `execute` removes `executeNow`, unless that is replaced too; likewise `upload` and `uploadNow`.
 */
export const decorate = (inner: Driver, changes: Partial<Driver>): Driver => {
  const driver: { [name: string]: unknown } = {}
  for (const name of Object.keys(members) as ReadonlyArray<keyof Driver>) {
    const member = inner[name]
    const whole = shortcuts[name]
    if (name in changes) driver[name] = changes[name]
    else if (member !== undefined && (whole === undefined || !(whole in changes))) {
      driver[name] = typeof member === "function" ? member.bind(inner) : member
    }
  }
  return driver as unknown as Driver
}

/** An executable that wraps another one, which may be a class instance. */
export const decorateExecutable = <A extends object>(inner: Executable, changes: A): Executable & A => ({
  program: inner.program,
  texts: () => inner.texts(),
  memory: () => inner.memory(),
  ...changes
})
