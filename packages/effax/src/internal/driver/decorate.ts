/**
 * Drivers around drivers.
 */
import type { Driver, Executable } from "./driver.ts"

/** Every member of a driver, so that one that is added is not forgotten here. */
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

/** Members that do at once what another one does. */
const shortcuts: { readonly [K in keyof Driver]?: keyof Driver } = { uploadNow: "upload", executeNow: "execute" }

/**
 * A driver that does what another one does, but for some changes. The other may be an instance of a class: its methods
 * keep their `this`. A driver whose `execute` is changed executes nothing at once, unless `executeNow` is changed too, and so
 * with `upload` and `uploadNow`.
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

/** An executable that stands for another one, which may be an instance of a class. */
export const decorateExecutable = <A extends object>(inner: Executable, changes: A): Executable & A => ({
  program: inner.program,
  texts: () => inner.texts(),
  memory: () => inner.memory(),
  ...changes
})
