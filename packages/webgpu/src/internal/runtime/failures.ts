/**
 * The errors of this backend, with its name in them.
 */
import * as DriverKit from "effax/DriverKit"
import type { DeviceLostError, KernelError } from "effax/Errors"

export const backendName = "webgpu"

export const failures: DriverKit.Failures = DriverKit.failures(backendName)

export const deviceLost = (why: string, cause?: unknown): DeviceLostError =>
  failures.deviceLost(`the GPU was lost: ${why}`, cause)

/** An array that was on a device that is no more. */
export const staleArray = (): DeviceLostError =>
  deviceLost("the array was in its memory and is gone with it; compute it again")

/** What the device says of work that it was given and would not do. */
export const rejected = (message: string): KernelError => failures.kernel(`the GPU refused work: ${message}`)
