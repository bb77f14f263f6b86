/**
 * Resizing of images: JAX's image.
 *
 * @since 0.1.0
 */
export * from "./image/resize.ts"
