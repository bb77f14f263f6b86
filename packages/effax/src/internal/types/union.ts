/** Whether a type is several types, any of which a value may be of. */
export type IsUnion<A, All = A> = true extends (A extends unknown ? [All] extends [A] ? false : true : never) ? true
  : false
