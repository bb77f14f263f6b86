/**
 * From the host's memory to the device's.
 */

/** Writes bytes to a buffer, whole words of it. */
export const write = (device: GPUDevice, buffer: GPUBuffer, offset: number, data: ArrayBufferView): void => {
  const bytes = data.byteLength
  const whole = bytes - bytes % 4
  if (whole > 0) device.queue.writeBuffer(buffer, offset, data.buffer as ArrayBuffer, data.byteOffset, whole)
  if (bytes === whole) return
  const rest = new Uint8Array(4)
  rest.set(new Uint8Array(data.buffer, data.byteOffset + whole, bytes - whole))
  device.queue.writeBuffer(buffer, offset + whole, rest)
}
