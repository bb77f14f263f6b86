/**
 * Shapes, as values and as types.
 *
 * @since 0.1.0
 */

/** The lengths of an array's axes. @category models @since 0.1.0 */
export type Shape = ReadonlyArray<number>
